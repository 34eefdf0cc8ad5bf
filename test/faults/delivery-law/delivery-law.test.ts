import { describe, it } from '@jest/globals';
import { assertDeliveryLaw } from './delivery-law.ts';

const RUNS = 100_000;
const SEED = 20_171_220;

describe('the machines of envelope and delivery together', () => {
  it(`lose nothing and claim nothing that is not so, over ${RUNS} interleavings`, () => {
    assertDeliveryLaw(RUNS, SEED);
  });
});

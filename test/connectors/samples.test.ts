import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/infra/clock/index.ts';
import { loadConnector } from '../../src/intake/connectors/index.ts';
import { tryConnector } from '../../src/intake/trial/index.ts';
import { loadCatalogue } from '../../src/registry/catalogue/index.ts';

/** Every folder below connectors/sources brings its own tests: no line of code is written for a new one. */
const CONNECTORS = join(import.meta.dirname, '../../connectors');
const SOURCES = join(CONNECTORS, 'sources');
const catalogue = loadCatalogue(CONNECTORS);

describe.each(readdirSync(SOURCES))('the folder of %s', (id) => {
  it('passes its own tests, and its samples are judged as expected', async () => {
    const connector = loadConnector(join(SOURCES, id), catalogue);
    const { tests, samples } = await tryConnector(connector, catalogue, systemClock);
    expect(tests.filter((it) => !it.ok)).toEqual([]);
    expect(samples).not.toBeNull();
    expect(samples?.found).toEqual(samples?.expected);
  });
});

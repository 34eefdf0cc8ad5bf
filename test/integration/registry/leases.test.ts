import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HubDatabase } from '../../../src/infra/mongo/index.ts';
import { claimLease, leaseModel, newHolder, releaseLease } from '../../../src/registry/leases/index.ts';
import { dropRegistry, openRegistry } from './registry-fixture.ts';

let database: HubDatabase;

beforeAll(async () => {
  database = await openRegistry();
});

afterAll(async () => dropRegistry(database));

const [one, two] = [newHolder(), newHolder()];
const claim = async (name: string, holder: string) => claimLease(database, name, { holder, forMs: 60_000 });
const expire = async (name: string) =>
  leaseModel.in(database).updateOne({ _id: name }, { $set: { until: new Date(Date.now() - 10_000) } });

describe('claimLease', () => {
  it('refuses a second holder while the first one lives', async () => {
    expect(await claim('busy', one)).toEqual({ name: 'busy', holder: one, fence: 1 });
    expect(await claim('busy', two)).toBeNull();
  });

  it('gives one of many that ask at once the lease', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, async () => claim('rush', newHolder())));
    expect(answers.filter((it) => it !== null)).toHaveLength(1);
  });

  it('renews for its holder with the same fence', async () => {
    await claim('renewed', one);
    const before = await leaseModel.in(database).findOne({ _id: 'renewed' });
    await expire('renewed');
    expect(await claim('renewed', one)).toMatchObject({ fence: 1 });
    const after = await leaseModel.in(database).findOne({ _id: 'renewed' });
    expect(after?.until.getTime()).toBeGreaterThanOrEqual(before?.until.getTime() ?? 0);
  });

  it('passes an expired lease on with a higher fence each time', async () => {
    await claim('passed', one);
    await expire('passed');
    expect(await claim('passed', two)).toMatchObject({ holder: two, fence: 2 });
    expect(await claim('passed', one)).toBeNull();
    await expire('passed');
    expect(await claim('passed', one)).toMatchObject({ holder: one, fence: 3 });
  });
});

describe('releaseLease', () => {
  it("leaves another holder's lease alone", async () => {
    const lease = await claim('kept', one);
    await releaseLease(database, { ...lease!, holder: two });
    expect(await claim('kept', two)).toBeNull();
  });

  it('lets the next one in at once, with a higher fence', async () => {
    const lease = await claim('given', one);
    await releaseLease(database, lease!);
    expect(await claim('given', two)).toMatchObject({ fence: 2 });
  });
});

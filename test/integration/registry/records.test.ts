import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HubDatabase } from '../../../src/infra/mongo/index.ts';
import { acceptBatch, recordModel, type Candidate } from '../../../src/registry/records/index.ts';
import {
  candidateOf,
  dropRegistry,
  keyOf,
  openRegistry,
  recordOf,
  withdrawalOf,
} from './registry-fixture.ts';

let database: HubDatabase;

beforeAll(async () => {
  database = await openRegistry();
});

afterAll(async () => dropRegistry(database));

const accept = async (...candidates: Candidate[]) => acceptBatch(database, candidates);

describe('acceptBatch', () => {
  it("refuses another source's key and leaves the record as it is", async () => {
    await accept(candidateOf('owned', { title: 'a' }));
    const before = await recordOf(database, 'owned');
    const answered = await accept(candidateOf('owned', { title: 'b' }, { owner: 'connector:other' }));
    expect(answered).toEqual([{ outcome: 'key-of-other-source' }]);
    expect(await recordOf(database, 'owned')).toEqual(before);
  });

  it('closes the old version, opens the new one and fills the outbox in one update', async () => {
    await accept(candidateOf('one', { title: 'a' }));
    await accept(candidateOf('one', { title: 'b' }, { decidedOn: '2026-03-02' }));
    const { versions, head, outbox } = await recordOf(database, 'one');
    expect(versions.map((it) => [it.v, it.operation])).toEqual([
      [1, 'UPSERT'],
      [2, 'CORRECT'],
    ]);
    expect(versions[0]?.knownUntil).toEqual(versions[1]?.knownFrom);
    expect(versions[1]?.knownUntil).toBeNull();
    expect(versions[1]?.acceptedAt).toBeInstanceOf(Date);
    expect(head).toEqual({
      v: 2,
      hash: versions[1]?.hash,
      operation: 'CORRECT',
      decidedOn: '2026-03-02',
      validUntil: null,
    });
    expect(outbox).toEqual(versions.map((it) => ({ v: it.v, at: it.knownFrom })));
  });

  it('answers each of a batch in order: created, corrected, withdrawn, unchanged', async () => {
    const kept = candidateOf('batch-unchanged', { title: 'a' });
    await accept(
      candidateOf('batch-corrected', { title: 'a' }),
      candidateOf('batch-gone', { title: 'a' }),
      kept,
    );
    const answered = await accept(
      candidateOf('batch-new', { title: 'a' }),
      candidateOf('batch-corrected', { title: 'b' }),
      withdrawalOf('batch-gone'),
      { ...kept, provenance: { ...kept.provenance, run: 'run-2' } },
    );
    expect(answered).toEqual([
      { outcome: 'created', v: 1 },
      { outcome: 'corrected', v: 2 },
      { outcome: 'withdrawn', v: 2 },
      { outcome: 'unchanged', v: 1, sameMessage: false },
    ]);
  });

  it('lets knownFrom grow strictly, even above a version that is known from the future', async () => {
    await accept(candidateOf('grow', { title: '0' }));
    const ahead = new Date(Date.now() + 3_600_000);
    await recordModel
      .in(database)
      .updateOne({ _id: keyOf('grow') }, { $set: { 'versions.0.knownFrom': ahead } });
    for (let step = 1; step <= 5; step += 1) await accept(candidateOf('grow', { title: String(step) }));
    const times = (await recordOf(database, 'grow')).versions.map((it) => it.knownFrom.getTime());
    expect(times).toHaveLength(6);
    for (let place = 1; place < times.length; place += 1) {
      expect(times[place]).toBeGreaterThan(times[place - 1] ?? 0);
    }
  });

  it('stores texts that begin with a dollar sign literally, in first and later versions', async () => {
    const first = { title: '$$NOW', list: ['$versions', { name: '$_id' }] };
    const second = { title: '$head.v', list: ['$$ROOT', { name: '$$REMOVE' }], amount: '$1' };
    const provenance = { ...candidateOf('x', {}).provenance, row: '$ownerRow' };
    await accept(candidateOf('dollar', first, { ownerRow: '$row|$1' }));
    await accept(candidateOf('dollar', second, { ownerRow: '$row|$1', provenance }));
    const { versions, ownerRow } = await recordOf(database, 'dollar');
    expect(versions.map((it) => it.statement)).toEqual([first, second]);
    expect(versions[1]?.provenance.row).toBe('$ownerRow');
    expect(ownerRow).toBe('$row|$1');
  });

  it('comes to one version of each record when two writers bring the same batch at once', async () => {
    const names = Array.from({ length: 20 }, (_, place) => `race-${place}`);
    const batch = (title: string, run: string) =>
      names.map((name) => {
        const made = candidateOf(name, { title });
        return { ...made, provenance: { ...made.provenance, run } };
      });
    for (const [place, title] of ['a', 'b'].entries()) {
      const writers = ['left', 'right', 'third'].map((run) => acceptBatch(database, batch(title, run)));
      const answers = await Promise.all(writers);
      const expected = place === 0 ? 'created' : 'corrected';
      for (const at of names.keys()) {
        const outcomes = answers.map((it) => it[at]?.outcome).sort();
        expect(outcomes.filter((it) => it === expected).length).toBeGreaterThanOrEqual(1);
        expect(outcomes.every((it) => it === expected || it === 'unchanged')).toBe(true);
      }
      for (const name of names) {
        const { versions, outbox } = await recordOf(database, name);
        expect(versions.map((it) => it.v)).toEqual(place === 0 ? [1] : [1, 2]);
        expect(outbox).toHaveLength(place + 1);
      }
    }
  });

  it('keeps both of two different corrections that come at once, one above the other', async () => {
    await accept(candidateOf('fork', { title: 'a' }));
    const writers = ['b', 'c', 'd'].map((title) => accept(candidateOf('fork', { title })));
    await Promise.all(writers);
    const { versions } = await recordOf(database, 'fork');
    expect(versions.map((it) => it.v)).toEqual([1, 2, 3, 4]);
    expect(new Set(versions.map((it) => it.hash)).size).toBe(4);
    expect(versions.filter((it) => it.knownUntil === null)).toHaveLength(1);
  });

  it('exchanges the keys of two rows within one batch', async () => {
    const [left, right] = ['$source|1', '$source|2'];
    await accept(
      candidateOf('swap-a', { title: '1' }, { ownerRow: left }),
      candidateOf('swap-b', { title: '2' }, { ownerRow: right }),
    );
    await accept(
      candidateOf('swap-b', { title: '1' }, { ownerRow: left }),
      candidateOf('swap-a', { title: '2' }, { ownerRow: right }),
    );
    const [a, b] = [await recordOf(database, 'swap-a'), await recordOf(database, 'swap-b')];
    expect([a.ownerRow, a.versions.at(-1)?.statement['title']]).toEqual([right, '2']);
    expect([b.ownerRow, b.versions.at(-1)?.statement['title']]).toEqual([left, '1']);
  });
});

describe('acceptBatch of several versions of one key', () => {
  const version = (v: number) =>
    candidateOf(
      'numbered',
      { title: String(v) },
      { v, owner: 'hub:zhoucun', receivedFrom: 'zhoucun', via: ['zhoucun'] },
    );

  it('answers each version for itself, in the order they came', async () => {
    expect(await accept(version(1), version(2))).toEqual([
      { outcome: 'created', v: 1 },
      { outcome: 'corrected', v: 2 },
    ]);
  });

  it('answers a version that comes behind a newer one with what is held', async () => {
    const answered = await accept(version(4), version(3));
    expect(answered).toEqual([
      { outcome: 'corrected', v: 4 },
      { outcome: 'stale', held: { v: 4, hash: version(4).hash } },
    ]);
    expect((await recordOf(database, 'numbered')).versions.map((it) => it.v)).toEqual([1, 2, 4]);
  });
});

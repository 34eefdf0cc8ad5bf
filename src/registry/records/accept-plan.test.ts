import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contentHash, sha256Hex, tombstoneStatement } from '../../domain/record/index.ts';
import { documentOf, headOf, newestVersion, planAccept, type Append, type Held } from './accept-plan.ts';
import type { Candidate, RecordDocument } from './record.ts';

const SEED = 20_260_401;
const NOW = new Date('2026-04-01T02:00:00Z');
const key = (name: string): string => sha256Hex(name);

/** A decision of one row of one source; `text` is its content. */
function candidate(text: string, change: Partial<Candidate> = {}): Candidate {
  const statement = { title: text };
  return {
    key: key('first'),
    kind: 'PENALTY',
    dataset: 'penalty',
    datasetVersion: 1,
    itemCode: 'A1',
    subject: { uscc: '91370306QQQQ00010X', name: '测试一有限公司' },
    producer: { name: '测试监管机关', uscc: '11370306QQQQ00020Y', region: '370306' },
    origin: 'zhoucun',
    via: [],
    receivedFrom: null,
    owner: 'connector:zc-penalty',
    ownerRow: null,
    operation: 'UPSERT',
    v: null,
    statement,
    hash: contentHash(statement),
    decidedOn: '2026-03-01',
    validFrom: '2026-03-01',
    validUntil: null,
    disclosure: { class: 'PUBLIC', publishable: true, reason: null },
    provenance: {
      source: 'zc-penalty',
      run: 'run-1',
      row: null,
      ruleVersion: '1',
      legalBasis: { document: '测试依据', article: '1' },
      message: null,
    },
    acceptedAt: null,
    replaces: null,
    ...change,
  };
}

function withdrawal(change: Partial<Candidate> = {}): Candidate {
  const statement = tombstoneStatement({ reason: 'WITHDRAWN' });
  return { ...candidate('', change), operation: 'WITHDRAW', statement, hash: contentHash(statement) };
}

const inRun = (run: string) => ({ provenance: { ...candidate('').provenance, run } });

/** A partner's version; `message` is the envelope that brought it. */
function numbered(v: number, text: string, message: string): Candidate {
  return candidate(text, {
    v,
    owner: 'hub:zhoucun',
    receivedFrom: 'zhoucun',
    via: ['zhoucun'],
    provenance: { ...candidate('').provenance, message },
  });
}

/** The documents after each plan, as the store's one update leaves them. */
class Shelf {
  readonly documents = new Map<string, RecordDocument>();

  /** What the store finds for a candidate: its key, and the record its row brought before. */
  heldFor(it: Candidate): Held {
    const ofRow = [...this.documents.values()].filter(
      (document) => it.ownerRow !== null && document.ownerRow === it.ownerRow && document._id !== it.key,
    );
    const living = ofRow.find((document) => document.head.operation !== 'WITHDRAW');
    const replaced = ofRow.find((document) => newestVersion(document).statement['replacedBy'] === it.key);
    return { record: this.documents.get(it.key) ?? null, formerOfRow: living ?? replaced ?? null };
  }

  #append(append: Append, now: Date): void {
    const document = this.documents.get(append.key);
    if (document?.head.v !== append.expectedV) throw new Error('the plan expects a version that is not held');
    const closed = document.versions.map((it) => ({ ...it, knownUntil: it.knownUntil ?? now }));
    this.documents.set(append.key, {
      ...document,
      head: headOf(append.version, append.decidedOn),
      ownerRow: append.ownerRow,
      versions: [...closed, { ...append.version, knownFrom: now, knownUntil: null }],
    });
  }

  apply(it: Candidate, now = NOW): ReturnType<typeof planAccept> {
    const plan = planAccept(it, this.heldFor(it), now);
    for (const append of plan.appends) this.#append(append, now);
    if (plan.insert !== null) this.documents.set(plan.insert.key, documentOf(plan.insert, now));
    return plan;
  }

  snapshot(): unknown {
    return structuredClone([...this.documents.entries()].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

const after = (...candidates: Candidate[]): Shelf => {
  const held = new Shelf();
  for (const it of candidates) held.apply(it);
  return held;
};

describe('planAccept', () => {
  it('refuses a key that belongs to another source, whether it would correct or withdraw', () => {
    const held = after(candidate('a'));
    const other = { owner: 'connector:other', ...inRun('run-2') };
    for (const it of [candidate('b', other), withdrawal(other)]) {
      expect(held.apply(it)).toEqual({
        insert: null,
        appends: [],
        outcome: { outcome: 'key-of-other-source' },
      });
    }
    expect(held.apply({ ...numbered(2, 'b', 'm2'), origin: 'zibo' }).outcome).toEqual({
      outcome: 'key-of-other-source',
    });
  });

  it('takes the same words from another source as unchanged', () => {
    const held = after(candidate('a'));
    const again = held.apply(candidate('a', { owner: 'connector:other', ...inRun('run-2') }));
    expect(again.outcome).toEqual({ outcome: 'unchanged', v: 1, sameMessage: false });
  });

  it('opens an unknown key with version 1 and its outbox entry', () => {
    const held = new Shelf();
    expect(held.apply(candidate('a')).outcome).toEqual({ outcome: 'created', v: 1 });
    const document = held.documents.get(key('first'));
    expect(document?.outbox).toEqual([{ v: 1, at: NOW }]);
    expect(document?.versions).toMatchObject([{ v: 1, knownFrom: NOW, knownUntil: null, acceptedAt: NOW }]);
  });

  it('leaves unchanged content alone, and answers a retry within the run as the first time', () => {
    const held = after(candidate('a'));
    expect(held.apply(candidate('a', inRun('run-2')))).toMatchObject({
      insert: null,
      appends: [],
      outcome: { outcome: 'unchanged', v: 1 },
    });
    expect(held.apply(candidate('a')).outcome).toEqual({ outcome: 'created', v: 1 });
  });

  it('appends a correction of changed content', () => {
    const held = after(candidate('a'));
    const plan = held.apply(candidate('b', { ...inRun('run-2'), decidedOn: '2026-03-02' }));
    expect(plan.outcome).toEqual({ outcome: 'corrected', v: 2 });
    expect(plan.appends).toMatchObject([{ expectedV: 1, version: { v: 2, operation: 'CORRECT' } }]);
    expect(held.documents.get(key('first'))?.head).toMatchObject({ v: 2, decidedOn: '2026-03-02' });
  });

  it('withdraws a record once, and knows nothing of a key it never held', () => {
    const held = after(candidate('a'));
    expect(held.apply(withdrawal(inRun('run-2'))).outcome).toEqual({ outcome: 'withdrawn', v: 2 });
    expect(held.apply(withdrawal(inRun('run-3')))).toMatchObject({
      appends: [],
      outcome: { outcome: 'unchanged', v: 2 },
    });
    expect(held.apply(withdrawal({ key: key('never') }))).toMatchObject({
      insert: null,
      appends: [],
      outcome: { outcome: 'unchanged', v: 0 },
    });
  });

  it('lets a withdrawn row that reappears live again above its withdrawal', () => {
    const held = after(candidate('a'), withdrawal(inRun('run-2')));
    const plan = held.apply(candidate('a', inRun('run-3')));
    expect(plan.outcome).toEqual({ outcome: 'corrected', v: 3 });
    expect(plan.appends).toMatchObject([{ version: { v: 3, operation: 'UPSERT' } }]);
  });
});

describe('planAccept for a row whose key was corrected', () => {
  const row = { ownerRow: 'connector:zc-penalty|7' };
  const second = { ...row, key: key('second') };

  it('withdraws nothing of a row of another name', () => {
    const held = after(candidate('a', row));
    const plan = held.apply(candidate('b', { key: key('second'), ownerRow: 'connector:zc-penalty|8' }));
    expect(plan).toMatchObject({ appends: [], outcome: { outcome: 'created', v: 1 } });
  });

  it('withdraws the old record in favour of the new one, which names what it replaces', () => {
    const held = after(candidate('a', row));
    const plan = held.apply(candidate('b', { ...second, ...inRun('run-2') }));
    expect(plan.outcome).toEqual({ outcome: 'corrected', v: 1 });
    expect(plan.insert?.replaces).toBe(key('first'));
    const former = held.documents.get(key('first'));
    expect(former?.head).toMatchObject({ v: 2, operation: 'WITHDRAW', decidedOn: '2026-03-01' });
    expect(former && newestVersion(former).statement).toEqual({
      withdrawn: true,
      reason: 'REKEYED',
      replacedBy: key('second'),
    });
  });

  it('finishes what a crash left half done: the old record withdrawn, the new one not there', () => {
    const held = after(candidate('a', row));
    held.apply(candidate('b', second));
    held.documents.delete(key('second'));
    const plan = held.apply(candidate('b', second));
    expect(plan).toMatchObject({ appends: [], insert: { replaces: key('first') } });
  });

  it('withdraws the record under its former key when the row was corrected and withdrawn between two reads', () => {
    const held = after(candidate('a', row));
    expect(held.apply(withdrawal(second)).outcome).toEqual({ outcome: 'withdrawn', v: 2 });
    expect([...held.documents.keys()]).toEqual([key('first')]);
  });

  it('returns to the first key above its withdrawal and tells the version it wrote', () => {
    const held = after(candidate('a', row), candidate('b', second));
    const plan = held.apply(candidate('a', { ...row, ...inRun('run-3') }));
    expect(held.documents.get(key('second'))?.head.operation).toBe('WITHDRAW');
    expect(held.documents.get(key('first'))?.head).toMatchObject({ v: 3, operation: 'UPSERT' });
    expect(plan.outcome).toEqual({ outcome: 'corrected', v: 3 });
  });
});

describe("planAccept for a partner's numbered version", () => {
  const held = (): Shelf => after(numbered(2, 'b', 'm1'));

  it('answers an older version as stale and another content of the held one as conflict, with what is held', () => {
    const kept = { v: 2, hash: numbered(2, 'b', '').hash };
    expect(held().apply(numbered(1, 'a', 'm2'))).toEqual({
      insert: null,
      appends: [],
      outcome: { outcome: 'stale', held: kept },
    });
    expect(held().apply(numbered(2, 'c', 'm2'))).toEqual({
      insert: null,
      appends: [],
      outcome: { outcome: 'conflict', held: kept },
    });
  });

  it('tells the same version in another message from the same message again', () => {
    expect(held().apply(numbered(2, 'b', 'm2')).outcome).toEqual({
      outcome: 'unchanged',
      v: 2,
      sameMessage: false,
    });
    expect(held().apply(numbered(2, 'b', 'm1')).outcome).toEqual({
      outcome: 'unchanged',
      v: 2,
      sameMessage: true,
    });
  });

  it('keeps, of a version and its withdrawal for want of entitlement, the one that was packed later', () => {
    const statement = tombstoneStatement({ reason: 'NO_LONGER_ENTITLED' });
    const at = (message: string, minute: number, change: Partial<Candidate> = {}): Candidate => {
      const base = numbered(1, 'first', message);
      const sentAt = `2026-04-01T00:0${minute}:00.000Z`;
      return { ...base, ...change, provenance: { ...base.provenance, sentAt } };
    };
    const back = { operation: 'WITHDRAW', statement, hash: contentHash(statement) } as const;
    const shelf = new Shelf();
    shelf.apply(at('m1', 1));
    const takenBack = shelf.apply(at('m2', 2, back));
    expect(takenBack.outcome).toEqual({ outcome: 'withdrawn', v: 1 });
    expect(shelf.apply(at('late', 1)).outcome).toMatchObject({ outcome: 'conflict' });
    expect(shelf.apply(at('m1', 1)).outcome).toEqual({ outcome: 'unchanged', v: 1, sameMessage: true });
    expect(shelf.apply(at('m3', 3, { receivedFrom: 'jinan' })).outcome).toMatchObject({
      outcome: 'conflict',
    });
    expect(shelf.apply(at('m3', 3)).outcome).toEqual({ outcome: 'corrected', v: 1 });
    expect(shelf.apply(at('m2', 2, back)).outcome).toEqual({ outcome: 'unchanged', v: 1, sameMessage: true });
    expect(shelf.apply(at('late', 2, back)).outcome).toMatchObject({ outcome: 'conflict' });
  });

  it('takes nothing again of a record in which a person was found, but a later withdrawal', () => {
    const statement = tombstoneStatement({ reason: 'PERSON_FOUND' });
    const found = { operation: 'WITHDRAW', statement, hash: contentHash(statement) } as const;
    const shelf = new Shelf();
    shelf.apply(numbered(1, 'first', 'm1'));
    shelf.apply({ ...numbered(2, '', 'm2'), ...found });
    expect(shelf.apply(numbered(3, 'third', 'm3')).outcome).toEqual({ outcome: 'person-found-before' });
    expect(shelf.apply(candidate('first')).outcome).toEqual({ outcome: 'person-found-before' });
    expect(shelf.apply({ ...numbered(3, '', 'm4'), ...found }).outcome).toEqual({
      outcome: 'withdrawn',
      v: 3,
    });
  });

  it('makes a version of a record whose disclosure changed and whose words did not', () => {
    const shelf = new Shelf();
    shelf.apply(candidate('first'));
    const raised = { class: 'RESTRICTED', publishable: false, reason: null } as const;
    expect(shelf.apply(candidate('first', { disclosure: raised })).outcome).toEqual({
      outcome: 'corrected',
      v: 2,
    });
    expect(shelf.apply(candidate('first', { disclosure: raised })).outcome).toMatchObject({ v: 2 });
  });

  it('answers a resent message as the same even when a newer version came meanwhile', () => {
    const grown = held();
    grown.apply(numbered(3, 'c', 'm2'));
    expect(grown.apply(numbered(2, 'b', 'm1')).outcome).toEqual({
      outcome: 'unchanged',
      v: 2,
      sameMessage: true,
    });
  });

  it('keeps the number of the origin, with gaps, and its withdrawal', () => {
    const grown = held();
    expect(grown.apply(numbered(5, 'c', 'm2')).outcome).toEqual({ outcome: 'corrected', v: 5 });
    const end = { ...numbered(6, '', 'm3'), operation: 'WITHDRAW' as const };
    expect(grown.apply(end).outcome).toEqual({ outcome: 'withdrawn', v: 6 });
    expect(after(numbered(4, 'a', 'm1')).documents.get(key('first'))?.head.v).toBe(4);
  });
});

function expectWhole(held: Shelf): void {
  for (const { versions, head } of held.documents.values()) {
    const numbers = versions.map((it) => it.v);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(versions.filter((it) => it.knownUntil === null)).toEqual([versions.at(-1)]);
    expect(head).toMatchObject({ v: versions.at(-1)?.v, hash: versions.at(-1)?.hash });
  }
}

describe('the laws of planAccept', () => {
  const steps = fc.array(
    fc.record({
      key: fc.constantFrom('first', 'second', 'third'),
      row: fc.constantFrom('1', '2'),
      text: fc.constantFrom('a', 'b', null),
      owner: fc.constantFrom('connector:zc-penalty', 'connector:zc-penalty', 'connector:other'),
      run: fc.constantFrom('run-1', 'run-2'),
    }),
    { maxLength: 20 },
  );

  it('does nothing when a candidate is planned again after its own effect', () => {
    // A source names all its rows or none.
    const law = fc.property(steps, fc.boolean(), (sequence, named) => {
      const held = new Shelf();
      sequence.forEach((it, place) => {
        const { row, owner } = it;
        const change = {
          key: key(it.key),
          owner,
          ownerRow: named ? `${owner}|${row}` : null,
          ...inRun(it.run),
        };
        const given = it.text === null ? withdrawal(change) : candidate(it.text, change);
        held.apply(given, new Date(NOW.getTime() + place));
        const once = held.snapshot();
        const again = held.apply(given, new Date(NOW.getTime() + place + 1));
        expect({ appends: again.appends, insert: again.insert }).toEqual({ appends: [], insert: null });
        expect(held.snapshot()).toEqual(once);
        expectWhole(held);
      });
    });
    fc.assert(law, { seed: SEED, numRuns: 500 });
  });

  it('never leaves two living records of one row', () => {
    const law = fc.property(steps, (sequence) => {
      const held = new Shelf();
      for (const it of sequence) {
        const change = { key: key(it.key), ownerRow: 'connector:zc-penalty|1', ...inRun(it.run) };
        held.apply(it.text === null ? withdrawal(change) : candidate(it.text, change));
      }
      const living = [...held.documents.values()].filter((it) => it.head.operation !== 'WITHDRAW');
      expect(living.length).toBeLessThanOrEqual(1);
    });
    fc.assert(law, { seed: SEED, numRuns: 500 });
  });

  it('comes to the same record when a whole sequence of numbered versions comes twice, keeping the highest', () => {
    const versions = fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.constantFrom('a', 'b')), {
      minLength: 1,
      maxLength: 20,
    });
    const law = fc.property(versions, (sequence) => {
      const held = new Shelf();
      const run = () => sequence.forEach(([v, text], place) => held.apply(numbered(v, text, `m${place}`)));
      run();
      const once = held.snapshot();
      run();
      expect(held.snapshot()).toEqual(once);
      expectWhole(held);
      expect(held.documents.get(key('first'))?.head.v).toBe(Math.max(...sequence.map(([v]) => v)));
    });
    fc.assert(law, { seed: SEED, numRuns: 500 });
  });
});

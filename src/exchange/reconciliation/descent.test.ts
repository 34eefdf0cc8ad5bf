import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReconcileElement, ReconcileRequest } from '../../contracts/messages/index.ts';
import { toHubError } from '../../domain/hub-error.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { BucketRows } from './bucket-rows.ts';
import { classify, countClasses, pairByKey } from './classes.ts';
import { answerBuckets, answerLeaves, descend, type Ask, type ComparedSet } from './descent.ts';
import { bucketOf, leafOf, merkleRoot, nodeHash, packElement, unpackElements } from './elements.ts';

const element = (name: string, v = 1, text = name): ReconcileElement => ({
  key: sha256Hex(name),
  v,
  hash: sha256Hex(text),
});

function setOf(elements: readonly ReconcileElement[]): ComparedSet {
  const byBucket = Map.groupBy(elements, (it) => bucketOf(it.key));
  return {
    rows: BucketRows.of(elements, bucketOf),
    async *read(buckets) {
      for (const bucket of await Promise.resolve(buckets))
        yield [bucket, byBucket.get(bucket) ?? []] as const;
    },
  };
}

/** Asks a set directly, through the text that would travel, and counts. */
function asking(theirs: ComparedSet): { ask: Ask; traffic: { roundTrips: number; bytes: number } } {
  const traffic = { roundTrips: 0, bytes: 0 };
  const answerOf = (request: ReconcileRequest): Promise<object> => {
    if (request.type === 'BUCKETS') return answerBuckets(theirs, request);
    if (request.type === 'LEAVES') return answerLeaves(theirs, request);
    throw new TypeError(request.type);
  };
  const ask: Ask = async (request) => {
    const sent = JSON.stringify(request);
    const answer = JSON.stringify(await answerOf(JSON.parse(sent) as ReconcileRequest));
    traffic.roundTrips += 1;
    traffic.bytes += sent.length + answer.length;
    return JSON.parse(answer) as unknown;
  };
  return { ask, traffic };
}

async function compare(here: readonly ReconcileElement[], there: readonly ReconcileElement[]) {
  const theirs = setOf(there);
  const { ask, traffic } = asking(theirs);
  const found = await descend(setOf(here), theirs.rows.groupSums(), ask);
  return { ...found, traffic };
}

const names = (elements: readonly ReconcileElement[]): string[] =>
  elements.map((it) => `${it.key} ${it.v} ${it.hash}`).sort();

/** Two sets that have most elements in common. */
const twoSets = fc
  .uniqueArray(
    fc.record({
      name: fc.nat(5_000),
      here: fc.integer({ min: 0, max: 3 }),
      there: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 120, selector: (it) => it.name },
  )
  .map((rows) => ({
    here: rows.flatMap((it) => (it.here === 0 ? [] : [element(`k${it.name}`, it.here)])),
    there: rows.flatMap((it) =>
      it.there === 0 ? [] : [element(`k${it.name}`, it.there, it.name % 3 ? `k${it.name}` : 'x')],
    ),
  }));

describe('descend', () => {
  const here = [element('a'), element('b')];
  const there = [element('a'), element('c')];
  const lie = async (
    answers: (request: ReconcileRequest, honest: object) => unknown,
  ): Promise<string | null> => {
    const theirs = setOf(there);
    const { ask } = asking(theirs);
    const lying: Ask = async (request) => answers(request, (await ask(request)) as object);
    return descend(setOf(here), theirs.rows.groupSums(), lying).then(
      () => null,
      (error: unknown) => toHubError(error).code,
    );
  };
  const inBuckets = (changed: object) =>
    lie((request, honest) => (request.type === 'BUCKETS' ? { ...honest, ...changed } : honest));
  const inLeaves = (changed: (leaf: { leaf: number; lacks: string; has: string }) => object) =>
    lie((request, honest) => {
      if (request.type !== 'LEAVES') return honest;
      const { leaves } = honest as { leaves: { leaf: number; lacks: string; has: string }[] };
      return { ...honest, leaves: leaves.map((it) => ({ ...it, ...changed(it) })) };
    });

  it('takes no answer that breaks the protocol', async () => {
    const sums = Buffer.alloc(128, 1).toString('base64');
    const strange = (bucketOf(sha256Hex('b')) + 64) % 4_096;
    const pack = (...elements: ReconcileElement[]) =>
      Buffer.concat(elements.map(packElement)).toString('base64');
    const codes = await Promise.all([
      inBuckets({ buckets: [{ bucket: strange, sums }] }),
      inBuckets({ buckets: [{ bucket: 4_096, sums }] }),
      inBuckets({ buckets: [{ bucket: bucketOf(sha256Hex('b')), sums: 'AAAA' }] }),
      inBuckets({ stranger: 1 }),
      lie(() => null),
      lie((request, honest) => (request.type === 'LEAVES' ? { ...honest, leaves: [] } : honest)),
      inLeaves((it) => ({ leaf: (it.leaf + 1) % 65_536 })),
      inLeaves(() => ({ lacks: Buffer.alloc(8, 7).toString('base64') })),
      inLeaves(() => ({ lacks: 'AAAA' })),
      inLeaves(() => ({ has: 'AAAA' })),
      inLeaves(() => ({ has: pack(element('elsewhere')) })),
      inLeaves((it) => ({
        has: pack(...unpackElements(Buffer.from(it.has, 'base64'))!.flatMap((one) => [one, one])),
        lacks: it.lacks === '' ? 'AAAAAAAAAAA=' : it.lacks,
      })),
    ]);
    expect(new Set(codes)).toEqual(new Set(['RECONCILE_ANSWER_INVALID']));
  });

  it('refuses a question that breaks the protocol', async () => {
    const theirs = setOf(there);
    const codeOf = (work: Promise<object>) =>
      work.then(
        () => null,
        (error: unknown) => toHubError(error).code,
      );
    const sums = Buffer.alloc(512).toString('base64');
    const protocol = 'xinqiao/1';
    const asked = await Promise.all([
      codeOf(answerBuckets(theirs, { protocol, type: 'BUCKETS', groups: [{ group: 1, sums: 'AAAA' }] })),
      codeOf(
        answerBuckets(theirs, {
          protocol,
          type: 'BUCKETS',
          groups: [
            { group: 1, sums },
            { group: 1, sums },
          ],
        }),
      ),
      codeOf(answerLeaves(theirs, { protocol, type: 'LEAVES', leaves: [{ leaf: 1, prints: 'AAAA' }] })),
      codeOf(
        answerLeaves(theirs, {
          protocol,
          type: 'LEAVES',
          leaves: [
            { leaf: 2, prints: '' },
            { leaf: 1, prints: '' },
          ],
        }),
      ),
    ]);
    expect(asked).toEqual(['BAD_REQUEST', 'BAD_REQUEST', 'BAD_REQUEST', 'BAD_REQUEST']);
  });

  it('finds exactly the elements on one side only, whatever the two sets', async () => {
    const law = fc.asyncProperty(twoSets, async (sets) => {
      const [left, right] = [new Set(names(sets.here)), new Set(names(sets.there))];
      const found = await compare(sets.here, sets.there);
      expect(names(found.onlyHere)).toEqual([...left].filter((it) => !right.has(it)));
      expect(names(found.onlyThere)).toEqual([...right].filter((it) => !left.has(it)));
      expect(found.complete).toBe(true);
    });
    await fc.assert(law, { seed: 20_260_402, numRuns: 150 });
  });

  it('goes down in turns when everything differs, and stops where nobody could heal it all at once', async () => {
    const many = Array.from({ length: 60_000 }, (_, at) => element(`n${at}`));
    const all = await compare(many.slice(0, 30_000), []);
    expect([all.onlyHere.length, all.complete]).toEqual([30_000, true]);
    expect(all.traffic.roundTrips).toBeLessThanOrEqual(20);
    const nothing = await compare([], many);
    expect(nothing.complete).toBe(false);
    expect(nothing.onlyThere.length).toBeGreaterThanOrEqual(50_000);
    expect(nothing.onlyThere.length).toBeLessThan(60_000);
  }, 60_000);

  it('stays inside 2 KiB a difference and 5 KiB beside', async () => {
    const common = Array.from({ length: 20_000 }, (_, at) => element(`n${at}`));
    for (const count of [1, 10, 100]) {
      const found = await compare(common, common.slice(count));
      expect(found.onlyHere).toHaveLength(count);
      expect(found.traffic.bytes).toBeLessThanOrEqual(5_120 + 2_048 * count);
      expect(found.traffic.roundTrips).toBe(2);
    }
  });
});

describe('classify', () => {
  it('names each class from the sender', () => {
    const found = pairByKey({
      onlyHere: [element('a'), element('b', 2), element('c'), element('d')],
      onlyThere: [element('b'), element('c', 3), element('d', 1, 'other'), element('e')],
    });
    expect(countClasses(classify(found))).toEqual({
      missingThere: 1,
      missingHere: 1,
      staleThere: 1,
      staleHere: 1,
      conflicting: 1,
    });
  });
});

describe('BucketRows', () => {
  it('has another root once one element is another, in exactly its bucket', () => {
    const set = Array.from({ length: 50 }, (_, at) => element(`n${at}`));
    const rows = BucketRows.of(set, bucketOf);
    const changed = BucketRows.of(set.with(7, { ...set[7]!, v: 2 }), bucketOf);
    expect(changed.total().root).not.toBe(rows.total().root);
    expect(changed.total().count).toBe(50);
    const differing = Array.from({ length: 4_096 }, (_, at) => at).filter(
      (it) => rows.sum(it) !== changed.sum(it),
    );
    expect(differing).toEqual([bucketOf(set[7]!.key)]);
  });

  it('makes roots as RFC 6962 says', () => {
    const leaves = Array.from({ length: 7 }, (_, at) => createHash('sha256').update(String(at)).digest());
    const [a, b, c, d, e, f, g] = leaves as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
    const left = nodeHash(nodeHash(a, b), nodeHash(c, d));
    expect(merkleRoot(leaves)).toEqual(nodeHash(left, nodeHash(nodeHash(e, f), g)));
    expect(merkleRoot(leaves.slice(0, 3))).toEqual(nodeHash(nodeHash(a, b), c));
    expect(Buffer.from(merkleRoot([])).toString('hex')).toBe(sha256Hex(''));
    expect(leafOf('ffff'.padEnd(64, '0'))).toBe(65_535);
  });
});

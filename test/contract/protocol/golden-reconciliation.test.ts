import { describe, expect, it } from '@jest/globals';
import { canonicalJson, sha256Hex } from '../../../src/domain/record/index.ts';
import type { ReconcileElement, ReconcileRequest } from '../../../src/contracts/messages/index.ts';
import { signDocument, verifyOffline } from '../../../src/exchange/protocol/index.ts';
import {
  answerBuckets,
  answerLeaves,
  bucketOf,
  BucketRows,
  classify,
  countClasses,
  descend,
  fingerprint,
  leafHash,
  leafOf,
  packElement,
  pairByKey,
  sortElements,
  type ComparedSet,
} from '../../../src/exchange/reconciliation/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import { privateKeyOf, publicKeyOf, readVectors } from './golden-vectors.ts';

const VECTORS = readVectors('reconcile');
const { here, there, statements, files } = VECTORS;
const KEYS = ['zhoucun', 'zibo'].map((hub) => ({
  hub,
  id: 'k1',
  algorithm: 'ed25519' as const,
  publicKey: publicKeyOf(hub),
  from: '2020-01-01T00:00:00.000Z',
  until: null,
  revokedAt: null,
}));

function setOf(elements: readonly ReconcileElement[]): ComparedSet {
  const byBucket = Map.groupBy(sortElements(elements), (it) => bucketOf(it.key));
  return {
    rows: BucketRows.of(elements, bucketOf),
    async *read(buckets) {
      for (const bucket of await Promise.resolve(buckets))
        yield [bucket, byBucket.get(bucket) ?? []] as const;
    },
  };
}

const judge = (statement: object, keys = KEYS) =>
  verifyOffline([{ name: 's', text: JSON.stringify(statement) }], { keys, fingerprints: [] })[0];

describe('golden reconciliation', () => {
  it('refuses a statement of which any leaf was changed, and one without its end', () => {
    const text = JSON.stringify(statements.different);
    const spoilt = [
      text.replace('"refused":1', '"refused":0'),
      text.replace('"missingThere":1', '"missingThere":0'),
      text.replace(there.root, here.root.replace(/^./, '0')),
      text.replace('"seq":41', '"seq":42'),
      text.replace('"receiver":"zibo"', '"receiver":"zhoucun"'),
    ];
    for (const it of spoilt) {
      expect(it).not.toBe(text);
      expect(judge(JSON.parse(it) as object)?.valid).toBe(false);
    }
    const open = { ...statements.different, found: null };
    const signatures = { ...statements.different.signatures, found: null, seen: null };
    expect(judge({ ...open, signatures })?.reason).toBe('UNFINISHED');
    expect(judge(statements.equal, KEYS.slice(0, 1))?.reason).toBe('KEY_NOT_GIVEN');
  });

  it('has leaf hash, fingerprint, bucket and leaf of each element', () => {
    for (const { leafHash: expected, fingerprint: print, bucket, leaf, ...element } of here.elements) {
      expect(leafHash(element).toString('hex')).toBe(expected);
      expect(fingerprint(element).toString(16).padStart(16, '0')).toBe(print);
      expect([bucketOf(element.key), leafOf(element.key)]).toEqual([bucket, leaf]);
    }
  });

  it('has count, sum and root of both sides, in any order, and of nothing', () => {
    for (const { elements, ...total } of [here, there]) {
      expect(BucketRows.of(elements, bucketOf).total()).toEqual(total);
      expect(BucketRows.of(elements.toReversed(), bucketOf).total()).toEqual(total);
    }
    expect(new BucketRows().total()).toEqual(VECTORS.nothing);
  });

  it('asks and answers exactly so', async () => {
    const asked: ReconcileRequest[] = [];
    const theirs = setOf(there.elements);
    const found = await descend(
      setOf(here.elements),
      Buffer.from(VECTORS.open.answer.sums, 'base64'),
      (it) => {
        asked.push(it);
        if (it.type === 'BUCKETS') return answerBuckets(theirs, it);
        if (it.type === 'LEAVES') return answerLeaves(theirs, it);
        throw new TypeError(it.type);
      },
    );
    expect(asked).toEqual([VECTORS.buckets.request, VECTORS.leaves.request]);
    expect(await answerBuckets(theirs, VECTORS.buckets.request)).toEqual(VECTORS.buckets.answer);
    expect(await answerLeaves(theirs, VECTORS.leaves.request)).toEqual(VECTORS.leaves.answer);
    expect(statements.different.found).toMatchObject(countClasses(classify(pairByKey(found))));
  });

  it('has statements that verify, each signature over the parts up to its own', () => {
    expect(judge(statements.equal)).toMatchObject({ valid: true, equal: true, records: 5 });
    expect(judge(statements.different)).toMatchObject({ valid: true, equal: false, signer: 'zibo' });
    const { type, protocol, sender, receiver, owed, held, found, signatures } = statements.different;
    const base = { type, protocol, sender, receiver };
    const sign = (hub: string, parts: object) =>
      signDocument({ ...base, ...parts }, signerOf(privateKeyOf(hub), 'k1')).signature;
    expect(signatures).toEqual({
      owed: sign('zhoucun', { owed }),
      held: sign('zibo', { owed, held }),
      found: sign('zhoucun', { owed, held, found }),
      seen: sign('zibo', { owed, held, found }),
    });
  });

  it('has files whose digest covers what stands behind the line, in canonical JSON and signed', () => {
    const body = BucketRows.of(there.elements, bucketOf).bytes;
    const elements = Buffer.from(files.elements.body, 'base64');
    for (const [line, bytes] of [
      [files.buckets, body],
      [files.elements.line, elements],
    ] as const) {
      const { signature, ...header } = JSON.parse(line) as { signature: object; digest: string };
      expect(header.digest).toBe(sha256Hex(bytes));
      expect(canonicalJson({ ...header, signature })).toBe(line);
      expect(signDocument(header, signerOf(privateKeyOf('zibo'), 'k1')).signature).toEqual(signature);
    }
    const listed = sortElements(there.elements.filter((it) => [1018, 2696].includes(bucketOf(it.key))));
    expect(Buffer.concat(listed.map(packElement))).toEqual(elements);
  });
});

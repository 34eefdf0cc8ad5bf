import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { toHubError } from '../../../src/domain/hub-error.ts';
import { deliveryModel } from '../../../src/exchange/delivery/index.ts';
import { moveByHand } from '../../../src/exchange/operator/index.ts';
import {
  answerReconcile,
  compareWithFile,
  countClasses,
  heal,
  listStatements,
  readBucketFile,
  reconcile,
  writeBucketFile,
  type BucketFile,
} from '../../../src/exchange/reconciliation/index.ts';
import { listAudit } from '../../../src/registry/audit/index.ts';
import { changeModel } from '../../../src/registry/changes/index.ts';
import { claimLease, releaseLease } from '../../../src/registry/leases/index.ts';
import { findRecord } from '../../../src/registry/records/index.ts';
import { openDeliveryPair, type DeliveryPair } from './delivery-pair.ts';

const CLI = join(import.meta.dirname, '../../../src/apps/cli/main.ts');
let pair: DeliveryPair;
let folder: string;

beforeAll(async () => {
  pair = await openDeliveryPair();
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-reconcile-'));
  await pair.owe('申-1', '申-2', '申-3');
  await pair.drain();
});
afterAll(() => pair.close());

const district = () => pair.zhoucun.caller;
const city = () => pair.zibo.parts.caller;
const toCity = () => district().directory.get('zibo');
const fromDistrict = () => city().directory.get('zhoucun');
const compare = () => reconcile(district(), toCity());
const codeOf = (work: Promise<unknown>): Promise<string | null> =>
  work.then(
    () => null,
    (error: unknown) => toHubError(error).code,
  );
const byHand = (move: 'hold' | 'release' | 'replay', key?: string) =>
  moveByHand(
    district().database,
    { partner: 'zibo', ...(key === undefined ? {} : { key }) },
    { move, dryRun: false, by: 'test', reason: null },
  );

async function xinqiao(...words: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const env = { ...process.env, NODE_OPTIONS: '', ...pair.environment };
  return new Promise((done) => {
    execFile(process.execPath, [CLI, ...words], { env }, (error, stdout, stderr) => {
      done({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** What the city says of itself is changed on its way to the district. */
const answering = (body: string) =>
  pair.door.meddle((path) => (path.endsWith('/reconcile') ? { status: 200, body } : 'forward'));

describe('a partner that answers a reconciliation badly', () => {
  it.each([
    ['no JSON', 'no'],
    ['a member twice', '{"protocol":"xinqiao/1","protocol":"xinqiao/1"}'],
    ['another form', '{"protocol":"xinqiao/1","root":{}}'],
    [
      'a signature of nobody',
      JSON.stringify({
        protocol: 'xinqiao/1',
        held: { seq: 1, at: '2026-06-01T00:00:00.000Z', count: 3, sum: '0'.repeat(16), root: '0'.repeat(64) },
        signature: { keyId: 'k1', algorithm: 'ed25519', value: Buffer.alloc(64).toString('base64') },
        sums: null,
      }),
    ],
  ])('is refused with a code and a note, without effect: %s', async (_, body) => {
    const before = await listStatements(district().database, 'zibo', 10);
    answering(body);
    expect(await codeOf(compare())).toBe('RECONCILE_ANSWER_INVALID');
    pair.door.meddle(() => 'forward');
    expect(await listStatements(district().database, 'zibo', 10)).toEqual(before);
    const [noted] = await listAudit(district().database, 'RECONCILIATION_REFUSED', 1);
    expect(noted).toMatchObject({ actor: 'zibo', code: 'RECONCILE_ANSWER_INVALID' });
  });

  it('is a matter for later where it refuses', async () => {
    pair.door.meddle(() => ({ status: 503 }));
    expect(await codeOf(compare())).toBe('PARTNER_REFUSED');
    pair.door.meddle(() => 'forward');
  });
});

describe('a reconciliation', () => {
  it('of equal sides is one round trip within 1 KiB and a statement that both keep', async () => {
    const found = await compare();
    expect(found).toMatchObject({ equal: true, records: 3, rejected: 0, held: 0, inFlight: [] });
    expect(found.traffic.roundTrips).toBe(1);
    expect(found.traffic.bytes).toBeLessThanOrEqual(1_024);
    expect(found.items).toMatchObject([{ item: 'administrative_penalty', count: 3 }]);
    for (const [caller, partner] of [
      [district(), 'zibo'],
      [city(), 'zhoucun'],
    ] as const) {
      const [kept] = await listStatements(caller.database, partner, 1);
      expect(kept).toMatchObject({ equal: true, statement: found.statement });
    }
  });

  it('calls what is under way, kept back or refused no difference', async () => {
    const [waiting] = await pair.owe('申-4');
    const moving = await compare();
    expect(countClasses(moving.differences)).toEqual(countClasses((await compare()).differences));
    expect(moving.statement.owed.apart).toEqual({ refused: 0, held: 0, inFlight: 1 });
    expect([moving.equal, moving.records]).toEqual([true, 3]);
    await byHand('hold', waiting);
    expect((await compare()).held).toBe(1);
    await byHand('release', waiting);
    await pair.drain();
    const [refused] = await pair.owe('申-5');
    await deliveryModel
      .in(district().database)
      .updateMany({ key: refused! }, { $set: { state: 'rejected', disposition: 'quarantined' } });
    const found = await compare();
    expect([found.equal, found.rejected, found.records]).toEqual([true, 1, 4]);
    await byHand('replay', refused);
    await pair.drain();
    expect(await compare()).toMatchObject({ equal: true, rejected: 0, records: 5 });
  });

  it('of a version that arrived though its receipt was lost finds nothing that differs', async () => {
    await pair.correct('申-1', '3.000000');
    pair.door.meddle((path) => (path.endsWith('/envelopes') ? 'drop-reply' : 'cut'));
    await pair.drain();
    pair.door.meddle(() => 'forward');
    const found = await compare();
    expect([found.equal, found.inFlight.length]).toEqual([false, 1]);
    expect(Object.values(countClasses(found.differences))).toEqual([0, 0, 0, 0, 0]);
    expect(found.statement.found).toMatchObject({ inFlight: 1, complete: true });
    await pair.lookAgain();
    await pair.drain();
    expect((await compare()).equal).toBe(true);
  });

  it('names each class, both sign it, and healing ends in equality', async () => {
    const changes = changeModel.in(city().database);
    const all = await changes.find({}).sort({ _id: 1 }).toArray();
    const keys = all.flatMap((it) =>
      all.filter((other) => other.key === it.key).length === 1 ? [it.key] : [],
    );
    const [ahead, other, gone] = keys as [string, string, string];
    // The city as it would be had the district been set back: it holds more, and other, than the district gave out.
    await changes.updateMany({ key: ahead }, { $set: { v: 9, hash: 'a'.repeat(64) } });
    await changes.updateMany({ key: other }, { $set: { hash: 'b'.repeat(64) } });
    const records = city().database.connection.collection<{ _id: string }>('records');
    await records.updateOne({ _id: ahead }, { $set: { 'head.v': 9, 'head.hash': 'a'.repeat(64) } });
    await records.updateOne({ _id: other }, { $set: { 'head.hash': 'b'.repeat(64) } });
    await records.deleteOne({ _id: gone });
    await changes.deleteMany({ key: gone });
    const found = await reconcile(district(), toCity(), { rebuild: true });
    const expected = { missingThere: 1, missingHere: 0, staleThere: 0, staleHere: 1, conflicting: 1 };
    expect(countClasses(found.differences)).toEqual(expected);
    expect(found.traffic.roundTrips).toBeLessThanOrEqual(4);
    const [kept] = await listStatements(city().database, 'zhoucun', 1);
    expect(kept?.statement).toEqual(found.statement);
    expect(found.statement.found).toMatchObject(expected);
    expect(await heal(district(), toCity(), found)).toEqual({ driven: 1, reissued: 2, waiting: 0 });
    expect((await findRecord(district().database, ahead))?.head.v).toBe(10);
    await pair.relay();
    await pair.drain();
    expect((await reconcile(district(), toCity(), { rebuild: true })).equal).toBe(true);
  });
});

describe('an invitation', () => {
  it('is noted, answered by one comparison, and refused while another runs', async () => {
    const lease = { holder: 'another', forMs: 60_000 };
    const held = await claimLease(district().database, 'reconcile-zibo', lease);
    const request = { protocol: 'xinqiao/1', type: 'INVITE', heal: true } as const;
    expect(await codeOf(answerReconcile(district(), toCity(), request))).toBe('RECONCILE_BUSY');
    await releaseLease(district().database, held!);
    expect(await answerReconcile(district(), toCity(), request)).toMatchObject({ equal: true, driven: 0 });
    expect(await listAudit(district().database, 'RECONCILIATION_INVITED', 5)).toHaveLength(1);
  });
});

describe('files for a partner without the endpoint', () => {
  const rowsFile = () => writeBucketFile(city(), fromDistrict(), { side: 'HELD', buckets: null });
  const read = (bytes: Buffer) => readBucketFile(district(), toCity(), { bytes, side: 'OWED' });

  it('are refused once a byte differs, for another side, or as the wrong kind', async () => {
    const bytes = await rowsFile();
    const spoil = (at: number): Buffer => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    };
    const own = await writeBucketFile(district(), toCity(), { side: 'OWED', buckets: null });
    const spoilt = [
      spoil(bytes.length - 1),
      spoil(bytes.length - 100_000),
      spoil(40),
      bytes.subarray(1),
      own,
    ];
    const codes = await Promise.all(
      [...spoilt, bytes.subarray(0, -1), Buffer.from('x')].map((it) => codeOf(read(it))),
    );
    expect(new Set(codes)).toEqual(new Set(['BAD_BUCKET_FILE']));
  });

  it('are 192 KiB beside a line, and say that nothing differs or which buckets do, and with elements the classes', async () => {
    const bytes = await rowsFile();
    expect(bytes.length - bytes.indexOf('\n') - 1).toBe(196_608);
    const theirs = (await read(bytes)) as Extract<BucketFile, { rows: object }>;
    const same = await compareWithFile(district(), toCity(), {
      side: 'OWED',
      rows: theirs.rows,
      elements: null,
    });
    expect(same).toEqual({ equal: true, buckets: [], differences: null });
    const [key] = await pair.owe('申-9');
    await deliveryModel.in(district().database).updateMany({ key: key! }, { $set: { state: 'dead' } });
    const found = await compareWithFile(district(), toCity(), {
      side: 'OWED',
      rows: theirs.rows,
      elements: null,
    });
    expect([found.equal, found.buckets]).toEqual([false, [Number.parseInt(key!.slice(0, 3), 16)]]);
    const elements = await writeBucketFile(city(), fromDistrict(), { side: 'HELD', buckets: found.buckets });
    const classed = await compareWithFile(district(), toCity(), {
      side: 'OWED',
      rows: theirs.rows,
      elements: (await read(elements)) as Extract<BucketFile, { elements: object }>,
    });
    expect(classed.differences?.missingThere.map((it) => it.key)).toEqual([key]);
  });

  it('go through the command line, and so does the statement', async () => {
    const [theirs, statement, keys] = ['theirs', 'statement.json', 'keys.json'].map((it) =>
      join(folder, it),
    ) as [string, string, string];
    writeFileSync(theirs, await rowsFile());
    const against = await xinqiao('reconcile', 'zibo', '--against', theirs, '--json');
    expect([against.status, JSON.parse(against.stdout)]).toMatchObject([2, { equal: false, side: 'OWED' }]);
    const different = await xinqiao('reconcile', 'zibo', '--json', '--statement', statement);
    expect([different.status, JSON.parse(different.stdout)]).toMatchObject([2, { equal: false }]);
    const known = [district(), city()].map(({ directory, signer }) => ({
      hub: directory.hub.id,
      id: 'k1',
      algorithm: 'ed25519',
      publicKey: signer.publicKey,
    }));
    writeFileSync(keys, JSON.stringify(known));
    const verified = await xinqiao('verify', statement, '--keys', keys);
    expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining('different')]);
    writeFileSync(
      statement,
      readFileSync(statement, 'utf8').replace('"missingThere": 1', '"missingThere": 0'),
    );
    expect((await xinqiao('verify', statement, '--keys', keys)).status).toBe(2);
  }, 60_000);
});

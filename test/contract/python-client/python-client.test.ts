import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startHub, type RunningHub } from '../../../src/apps/hub/index.ts';
import type { HubFile } from '../../../src/contracts/manifests/index.ts';
import type { TransportReceipt } from '../../../src/contracts/messages/index.ts';
import { canonicalJson, contentHash } from '../../../src/domain/record/index.ts';
import { verifyDocument } from '../../../src/exchange/protocol/index.ts';
import { countRecords, findRecord } from '../../../src/registry/records/index.ts';
import { eventually, makeHubWorld, type HubWorld } from '../../support/hubs.ts';
import { dump, envelopeOf, recordOf, send } from '../../integration/exchange/bad-input-calls.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PYTHON = join(ROOT, '.runtime/python-client/bin/python');
const CANONICAL = join(import.meta.dirname, 'canonical_json.py');
const CLIENT = join(import.meta.dirname, 'xinqiao_client.py');
const VECTORS = join(ROOT, 'test/golden/protocol/canonical-json.json');

let world: HubWorld;
let zibo: RunningHub;
let proxy: Server;

/** What the proxy before the hub makes of a body on its way there, and of an answer on its way back. */
const onTheWay = { there: (it: string) => it, back: (it: string) => it };

/** `zibo`, which here also takes what `shandong` sends, so that there is something for `zhoucun` to pull. */
const takingFromShandong = (file: HubFile): HubFile => ({
  ...file,
  partners: file.partners.map((it) =>
    it.id === 'shandong' ? { ...it, sends: { kinds: 'ALL', producerRegions: ['370000'] } } : it,
  ),
});

/** A proxy at the hub's public address, which passes on what arrives. */
function makeProxy(port: () => number): Server {
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = onTheWay.there(Buffer.concat(chunks).toString('utf8'));
      const passed = Object.entries(request.headers).filter(
        ([name]) => !['connection', 'host', 'content-length'].includes(name),
      );
      const headers = Object.fromEntries(passed.map(([name, it]) => [name, String(it)]));
      fetch(`http://127.0.0.1:${port()}${request.url ?? ''}`, { method: 'POST', headers, body })
        .then(async (it) => response.writeHead(it.status).end(onTheWay.back(await it.text())))
        .catch(() => response.destroy());
    });
  });
}

beforeAll(async () => {
  if (!existsSync(PYTHON)) throw new Error('no Python with cryptography: run script/bootstrap --store fast');
  world = await makeHubWorld();
  const config = world.configOf('zibo', takingFromShandong);
  zibo = await startHub({ ...config, port: 0 }, ['exchange', 'worker']);
  proxy = makeProxy(() => zibo.port);
  await new Promise<void>((done) => proxy.listen(config.port, '127.0.0.1', done));
});
afterEach(() => {
  Object.assign(onTheWay, { there: (it: string) => it, back: (it: string) => it });
});
afterAll(async () => {
  proxy.closeAllConnections();
  await new Promise((done) => proxy.close(done));
  await zibo.close();
});

/** Settings of the client as `zhoucun`; `change` makes it another one. Each name has a state of its own. */
function settingsOf(name: string, change: { publicKey?: string; until?: string } = {}): string {
  const key = {
    id: 'k1',
    publicKey: world.facts.zibo.publicKey,
    from: '2026-01-01T00:00:00.000Z',
    until: null,
  };
  const settings = {
    hub: 'zhoucun',
    keyId: 'k1',
    privateKey: world.keyFiles.zhoucun,
    state: join(world.folder, `${name}.state.json`),
    partner: { id: 'zibo', url: world.facts.zibo.url, keys: [{ ...key, ...change }] },
  };
  const file = join(world.folder, `${name}.settings.json`);
  writeFileSync(file, JSON.stringify(settings));
  return file;
}

type Ran = { exit: number; answer: unknown };

/** Runs a program in Python and gives what it said. */
async function python(...words: string[]): Promise<{ exit: number; said: string; errors: string }> {
  const child = spawn(PYTHON, words);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const exit = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  return { exit, said: Buffer.concat(out).toString('utf8'), errors: Buffer.concat(err).toString('utf8') };
}

/** Runs the client as a process of its own and reads its one answer. */
async function run(settings: string, command: string, file?: string): Promise<Ran> {
  const { exit, said, errors } = await python(
    CLIENT,
    settings,
    command,
    ...(file === undefined ? [] : [file]),
  );
  if (said === '') throw new Error(`the client said nothing: ${errors}`);
  return { exit, answer: JSON.parse(said) };
}

function fileOf(name: string, content: unknown): string {
  const file = join(world.folder, `${name}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('the canonical JSON of the client in Python', () => {
  type Vectors = { cases: { value: unknown; canonical: string }[]; refused: { value: unknown }[] };
  const canonicalOf = async (name: string, content: unknown) => python(CANONICAL, fileOf(name, content));

  it('is none for what the golden vectors refuse, and for a name that stands twice', async () => {
    const { refused } = JSON.parse(readFileSync(VECTORS, 'utf8')) as Vectors;
    for (const content of [
      ...refused.map((it) => JSON.stringify(it.value)),
      '[{"甲":1,"甲":2}]',
      '[1e400]',
      '[',
    ]) {
      const { exit, said, errors } = await canonicalOf('refused', content);
      expect([exit, said, errors]).toEqual([1, '', expect.stringMatching(/(ValueError|Error: Expecting)/)]);
    }
  });

  it('is that of the golden vectors', async () => {
    const text = readFileSync(VECTORS, 'utf8');
    const vectors = JSON.parse(text) as Vectors;
    // The file's own text, so that Python reads each number as it is written there.
    const cases = text.slice(text.indexOf('['), text.lastIndexOf(']', text.lastIndexOf('"refused"')) + 1);
    expect((await canonicalOf('cases', cases)).said).toBe(canonicalJson(vectors.cases));
    const values = vectors.cases.map((it) => it.value);
    const joined = `[${vectors.cases.map((it) => it.canonical).join(',')}]`;
    expect((await canonicalOf('values', values)).said).toBe(joined);
  });

  it('is the same text as ours for Chinese names and for numbers of every size', async () => {
    const numbers = [0, -0, 1, -7, 1e21, 1e20, 123456789012345680000, 1e-6, 1e-7, 1.5e-7, 5e-324, 12.5, 9e15];
    const powers = Array.from({ length: 80 }, (_, place) => 1.2345678901234567 * 10 ** (place - 40));
    const values = [
      { 名称: '测试甲有限公司（淄博）', 金额: '12.500000', 'e\u0301': '〔2026〕7号', '😀': null, ﬀ: [true] },
      { 丙: 1, 乙: { 丁: [] }, 甲: { 乙: '', 丙: '\u007f\u2028"\\/\u0001' } },
      ...numbers,
      ...powers,
      ...powers.map((it) => -it),
      1e300,
      1e100,
      -0.5,
      1e-100,
    ];
    expect((await canonicalOf('own', values)).said).toBe(canonicalJson(values));
  });
});

describe('an envelope that the client in Python sends', () => {
  it('is refused with the code of the hub when its id was used for another body', async () => {
    const envelope = envelopeOf([recordOf('py-1')]);
    await run(settingsOf('reuse'), 'send', fileOf('reuse-1', envelope));
    const other = fileOf('reuse-2', { ...envelope, records: [recordOf('py-2')] });
    const before = await countRecords(zibo.parts.database);
    const { exit, answer } = await run(settingsOf('reuse'), 'send', other);
    expect({ exit, answer }).toEqual({ exit: 1, answer: { refused: 'MESSAGE_ID_REUSED', status: 422 } });
    expect(await countRecords(zibo.parts.database)).toBe(before);
  });

  it('is stored, answered by a receipt that both sides verify, and by the same receipt the second time', async () => {
    const record = recordOf('周市监罚〔2026〕8号');
    const file = fileOf('sound', envelopeOf([record]));
    const settings = settingsOf('sound');
    const first = await run(settings, 'send', file);
    expect(first).toMatchObject({ exit: 0, answer: { records: [{ disposition: 'stored', rule: null }] } });
    const again = await run(settings, 'send', file);
    expect(again).toEqual(first);
    expect(verifyDocument(first.answer as TransportReceipt, world.facts.zibo.publicKey)).toBe(true);
    const held = await findRecord(zibo.parts.database, record.key);
    expect(held?.versions.map((it) => it.hash)).toEqual([contentHash(record.statement)]);
  });

  it('is refused when one byte of it changed between the signature and the hub, and nothing is kept', async () => {
    onTheWay.there = (it) => it.replace('"1.000000"', '"1.000001"');
    const before = await countRecords(zibo.parts.database);
    const file = fileOf('changed', envelopeOf([recordOf('py-3')]));
    const { exit, answer } = await run(settingsOf('changed'), 'send', file);
    expect({ exit, answer }).toEqual({ exit: 1, answer: { refused: 'DIGEST_MISMATCH', status: 400 } });
    expect(await countRecords(zibo.parts.database)).toBe(before);
  });

  it('is not believed to be taken when the receipt is not signed by a key valid at its time', async () => {
    const file = fileOf('unbelieved', envelopeOf([recordOf('py-4')]));
    const refused = { exit: 1, answer: { refused: 'SIGNATURE_INVALID', status: null } };
    const { publicKey } = world.facts.shandong;
    expect(await run(settingsOf('other-key', { publicKey }), 'send', file)).toEqual(refused);
    const ended = settingsOf('ended-key', { until: '2026-01-02T00:00:00.000Z' });
    expect(await run(ended, 'send', file)).toEqual(refused);
  });
});

describe('receipts', () => {
  it('verify offline as they stand, and in no altered form', async () => {
    const sent = await run(
      settingsOf('offline'),
      'send',
      fileOf('offline-1', envelopeOf([recordOf('py-6')])),
    );
    const receipt = sent.answer as TransportReceipt;
    expect(await run(settingsOf('offline'), 'verify', fileOf('receipt', receipt))).toEqual(sent);
    const altered = { ...receipt, records: receipt.records.map((it) => ({ ...it, v: it.v + 1 })) };
    const refused = await run(settingsOf('offline'), 'verify', fileOf('altered', altered));
    expect(refused.answer).toEqual({ refused: 'SIGNATURE_INVALID', status: null });
  });
});

describe('a pull by the client in Python', () => {
  const owed = ['鲁税评〔2026〕1号', '鲁税评〔2026〕2号'];

  it('takes in what is owed, verified, and the hub believes its receipts', async () => {
    const records = owed.map((it) => recordOf(it, { origin: 'shandong', via: ['shandong'] }));
    const sender = { from: 'shandong', sender: 'shandong' } as const;
    const answered = await send(world, envelopeOf(records, { sender: 'shandong' }), sender);
    expect(answered.body['records']).toMatchObject(owed.map(() => ({ disposition: 'stored' })));
    const settings = settingsOf('puller');
    const pulled: unknown[] = [];
    await eventually('both records are pulled', async () => {
      const { exit, answer } = await run(settings, 'pull');
      expect(exit).toBe(0);
      pulled.push(...(answer as unknown[]));
      return pulled.length >= owed.length;
    });
    expect(pulled).toMatchObject(records.map((it) => ({ key: it.key, v: 1, disposition: 'stored' })));
    const kept = await dump(zibo);
    const deliveries = (kept['deliveries'] ?? []).filter((it) => it.includes('"partner":"zhoucun"'));
    expect(deliveries.map((it) => (JSON.parse(it) as { state: string }).state)).toEqual(
      owed.map(() => 'accepted'),
    );
    expect((await run(settings, 'pull')).answer).toEqual([]);
  });

  it('answers duplicate to the same versions in another envelope, after its position was lost', async () => {
    const settings = settingsOf('puller');
    const file = join(world.folder, 'puller.state.json');
    const state = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...state, seq: 0 }));
    const { answer } = await run(settings, 'pull');
    expect(answer).toMatchObject(owed.map(() => ({ disposition: 'duplicate' })));
  });

  it('takes in nothing of an answer that is not signed by the hub', async () => {
    const settings = settingsOf('stranger', { publicKey: world.facts.shandong.publicKey });
    const { exit, answer } = await run(settings, 'pull');
    expect({ exit, answer }).toEqual({ exit: 1, answer: { refused: 'SIGNATURE_INVALID', status: null } });
    expect(existsSync(join(world.folder, 'stranger.state.json'))).toBe(false);
  });

  it('takes in nothing of an envelope of which one byte changed on its way back', async () => {
    onTheWay.back = (it) => it.replace('1.000000', '1.000001');
    const { exit, answer } = await run(settingsOf('changed-back'), 'pull');
    expect({ exit, answer }).toEqual({ exit: 1, answer: { refused: 'SIGNATURE_INVALID', status: null } });
    expect(existsSync(join(world.folder, 'changed-back.state.json'))).toBe(false);
  });
});

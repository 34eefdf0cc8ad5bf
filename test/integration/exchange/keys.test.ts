import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { hubFileSchema, type PartnerKey } from '../../../src/contracts/manifests/index.ts';
import type { KeyStatement } from '../../../src/contracts/messages/index.ts';
import { toHubError } from '../../../src/domain/hub-error.ts';
import {
  announceKeys,
  callerOf,
  findPartnerKeys,
  KEYS_PATH,
  PartnerDirectory,
  postSigned,
  SENDER_FIELD,
  takeKeyStatement,
  verifyCaller,
  wellKnown,
  type Caller,
} from '../../../src/exchange/partners/index.ts';
import { signDocument, stateKeys, verifyDocument } from '../../../src/exchange/protocol/index.ts';
import { openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { generateSigningKey, KeyRing, type SignatureAlgorithm } from '../../../src/infra/signing/index.ts';
import { countAudit } from '../../../src/registry/audit/index.ts';
import { freshDatabase } from '../../support/servers.ts';

/** A hub that takes signed calls and key statements with the real functions on a real port and a real store. */
type Hub = {
  readonly caller: Caller;
  readonly ring: KeyRing;
  readonly database: HubDatabase;
  readonly keyFile: string;
  readonly environment: Record<string, string>;
  readonly taken: string[];
};
const folder = mkdtempSync(join(tmpdir(), 'xinqiao-keys-'));
const servers: Server[] = [];
const databases: HubDatabase[] = [];
const closing = { receiverAway: false };

function serve(place: { app: express.Express; url: string }, hub: Hub): void {
  const { caller, taken } = hub;
  place.app.use(express.raw({ type: () => true }));
  const answer = (work: (request: express.Request) => Promise<object>) => {
    return (request: express.Request, response: express.Response) => {
      if (closing.receiverAway) {
        response.status(503).end();
        return;
      }
      work(request)
        .then((it) => response.json(it))
        .catch((error: unknown) => {
          const { code, kind } = toHubError(error);
          response.status(kind === 'refused' ? 401 : 500).json({ code });
        });
    };
  };
  place.app.post(
    KEYS_PATH,
    answer((request) => {
      const partner = caller.directory.get(request.get(SENDER_FIELD) ?? '');
      return takeKeyStatement(caller, partner, request.body as Buffer);
    }),
  );
  place.app.get(
    '/.well-known/xinqiao',
    answer(() => Promise.resolve(wellKnown(caller))),
  );
  place.app.use(
    answer(async (request) => {
      const fields = Object.fromEntries(
        Object.entries(request.headers).map(([name, it]) => [name, String(it)]),
      );
      const { originalUrl: path, method } = request;
      const arrived = { method, path, body: request.body as Buffer, fields };
      const { idempotencyKey } = await verifyCaller(caller, arrived, place.url);
      taken.push(idempotencyKey);
      const keyId = /keyid="([^"]+)"/.exec(fields['signature-input'] ?? '')?.[1];
      return signDocument({ idempotencyKey, keyId }, caller.signer);
    }),
  );
}

async function makePlace(): Promise<{ app: express.Express; url: string }> {
  const app = express();
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { app, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function keyOf(publicKey: string, algorithm: SignatureAlgorithm = 'ed25519'): PartnerKey {
  return { id: 'k1', algorithm, publicKey, from: '2020-01-01T00:00:00.000Z', until: null, revokedAt: null };
}

/** Two hubs that declare each other: `zhoucun` sends, `zibo` receives. */
async function makePair(algorithm: SignatureAlgorithm = 'ed25519'): Promise<{ sender: Hub; receiver: Hub }> {
  const names = ['zhoucun', 'zibo'] as const;
  const made = [];
  for (const id of names) {
    const { privatePem, publicKey } = generateSigningKey(algorithm);
    const keyFile = join(folder, `${id}-${randomUUID()}.pem`);
    writeFileSync(keyFile, privatePem, { mode: 0o600 });
    made.push({ id, keyFile, publicKey, place: await makePlace() });
  }
  const hubs: Hub[] = [];
  for (const [index, { id, keyFile, place }] of made.entries()) {
    const other = made[1 - index]!;
    const file = {
      apiVersion: 'xinqiao/v1',
      kind: 'Hub',
      id,
      name: { zh: `测试信桥 ${id}`, en: id },
      level: 'CITY',
      region: '370300',
      partners: [
        {
          id: other.id,
          name: { zh: `测试信桥 ${other.id}`, en: other.id },
          relation: 'PEER',
          region: '370300',
          url: other.place.url,
          keys: [keyOf(other.publicKey, algorithm)],
        },
      ],
    };
    const { uri, dbName } = freshDatabase();
    const database = await openDatabase({ uri, name: dbName, production: false });
    databases.push(database);
    const ring = new KeyRing(keyFile, 'k1');
    const caller = callerOf({ directory: new PartnerDirectory(hubFileSchema.parse(file)), database, ring });
    const hubFile = `${keyFile}.hub.yml`;
    writeFileSync(hubFile, stringify(file));
    const environment = {
      PATH: process.env['PATH'] ?? '',
      XINQIAO_HUB_FILE: hubFile,
      XINQIAO_MONGODB_URI: uri,
      XINQIAO_DATABASE: dbName,
      XINQIAO_SIGNING_KEY_FILE: keyFile,
    };
    const hub = { caller, ring, database, keyFile, environment, taken: [] };
    serve(place, hub);
    hubs.push(hub);
  }
  return { sender: hubs[0]!, receiver: hubs[1]! };
}

const receiverOf = (hub: Hub) => hub.caller.directory.get('zibo');
const senderOf = (hub: Hub) => hub.caller.directory.get('zhoucun');
async function post(
  hub: Hub,
  idempotencyKey: string = randomUUID(),
): Promise<{ status: number; body: unknown }> {
  const call = { path: '/exchange/v1/envelopes', body: '{}', idempotencyKey, timeoutMs: 10_000 };
  const answer = await postSigned(hub.caller, receiverOf(hub), call);
  return { status: answer.status, body: JSON.parse(answer.body.toString('utf8') || 'null') };
}
/** What an operator does: the next key, announced by the present one, and the ring saved. */
function rotate(hub: Hub, afterSeconds: number, algorithm: SignatureAlgorithm = 'sm2'): KeyStatement {
  const by = { signer: hub.ring.signer(), at: new Date() };
  const { statement, ring } = stateKeys(
    hub.caller.directory.hub.id,
    hub.ring.rotated({ algorithm, afterSeconds }),
    by,
  );
  hub.ring.save(ring);
  return statement;
}
const take = (hub: Hub, statement: unknown) =>
  takeKeyStatement(hub.caller, senderOf(hub), Buffer.from(JSON.stringify(statement)));
const refused = (reason: string): unknown =>
  expect.objectContaining({ code: 'KEY_STATEMENT_REFUSED', details: { reason } });

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  for (const database of databases) {
    await database.connection.dropDatabase();
    await database.close();
  }
  rmSync(folder, { recursive: true });
});

describe('takeKeyStatement', () => {
  it('refuses another form, another hub, another signer and a changed statement, and notes nothing', async () => {
    const { sender, receiver } = await makePair();
    const statement = rotate(sender, 60);
    await expect(take(receiver, { ...statement, stranger: 1 })).rejects.toEqual(refused('FORM'));
    await expect(take(receiver, { ...statement, hub: 'shandong' })).rejects.toEqual(refused('OTHER_HUB'));
    await expect(take(receiver, { ...statement, keys: statement.keys.slice(1) })).rejects.toEqual(
      refused('SIGNATURE'),
    );
    const { signature, ...unsigned } = statement;
    expect(signature.keyId).toBe('k1');
    const fresh = sender.ring.signerFor(sender.ring.content().keys[1]!);
    await expect(take(receiver, signDocument(unsigned, fresh))).rejects.toEqual(refused('SIGNER'));
    expect(await findPartnerKeys(receiver.database, 'zhoucun')).toBeNull();
    expect(await countAudit(receiver.database, 'KEY_STATEMENT_TAKEN')).toBe(0);
  });

  it('takes a statement once: the same or an older one has no further effect', async () => {
    const { sender, receiver } = await makePair();
    const first = rotate(sender, 0);
    expect(await take(receiver, first)).toEqual({ protocol: 'xinqiao/1', keyIds: ['k1', 'k2'] });
    const second = rotate(sender, 0);
    expect((await take(receiver, second)).keyIds).toEqual(['k1', 'k2', 'k3']);
    expect((await take(receiver, first)).keyIds).toEqual(['k1', 'k2', 'k3']);
    expect(await countAudit(receiver.database, 'KEY_STATEMENT_TAKEN')).toBe(2);
    expect((await findPartnerKeys(receiver.database, 'zhoucun'))?.statements).toHaveLength(2);
  });

  it('takes two statements at the same time as if one came after the other', async () => {
    const { sender, receiver } = await makePair();
    const statements = [rotate(sender, 0), rotate(sender, 0)];
    const ended = await Promise.allSettled([take(receiver, statements[0]), take(receiver, statements[1])]);
    expect(ended[0].status).toBe('fulfilled');
    expect((await take(receiver, statements[1])).keyIds).toEqual(['k1', 'k2', 'k3']);
  });
});

describe('a rotation', () => {
  it('under load loses no message: every one is taken, the last ones by the new key', async () => {
    const { sender, receiver } = await makePair();
    const ids = Array.from({ length: 300 }, () => randomUUID());
    const used = new Map<unknown, number>();
    let next = 0;
    const work = async (): Promise<void> => {
      for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
        if (next === 100) rotate(sender, 0);
        const { status, body } = await post(sender, id);
        expect(status).toBe(200);
        const { keyId } = body as { keyId: unknown };
        used.set(keyId, (used.get(keyId) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    expect(receiver.taken.toSorted()).toEqual(ids.toSorted());
    expect(used.get('k1')).toBeGreaterThan(50);
    expect(used.get('k2')).toBeGreaterThan(50);
  });

  it('that happened twice while the partner was away reaches it with the next message', async () => {
    const { sender, receiver } = await makePair('sm2');
    closing.receiverAway = true;
    rotate(sender, 0, 'ed25519');
    rotate(sender, 0);
    expect(await announceKeys(sender.caller, receiverOf(sender))).toBe(false);
    closing.receiverAway = false;
    expect(await post(sender)).toMatchObject({ status: 200, body: { keyId: 'k3' } });
    const known = receiver.caller.directory.keysOf(senderOf(receiver));
    expect(known.map((it) => [it.id, it.algorithm, it.until === null])).toEqual([
      ['k1', 'sm2', false],
      ['k2', 'ed25519', false],
      ['k3', 'sm2', true],
    ]);
  });

  it('of the receiver that never reached the sender is learnt from its first answer', async () => {
    const { sender, receiver } = await makePair();
    rotate(receiver, 0);
    rotate(receiver, 0, 'ed25519');
    const { body } = await post(sender);
    const receipt = body as Parameters<typeof verifyDocument>[0];
    expect(receipt.signature.keyId).toBe('k3');
    const key = sender.caller.directory.findKey(receiverOf(sender), 'k3', Date.now() / 1_000);
    expect(verifyDocument(receipt, key!)).toBe(true);
  });

  it('leaves old receipts valid: each verifies against the key of its time', async () => {
    const { sender, receiver } = await makePair();
    const old = signDocument({ at: 1 }, sender.caller.signer);
    const signedAt = Date.now() / 1_000;
    await take(receiver, rotate(sender, 0));
    const { directory } = receiver.caller;
    const partner = senderOf(receiver);
    expect(verifyDocument(old, directory.findKey(partner, 'k1', signedAt)!)).toBe(true);
    expect(directory.findKey(partner, 'k1', signedAt + 301)).toBeNull();
    expect(directory.findKey(partner, 'k2', signedAt - 10)).toBeNull();
    expect(directory.findKey(partner, 'k2', signedAt + 301)).toMatchObject({ algorithm: 'sm2' });
  });

  it('is known to every process of the receiver within two seconds, or with the first unknown key', async () => {
    const { sender, receiver } = await makePair();
    const other = new PartnerDirectory(receiver.caller.directory.hub);
    await other.refreshKeys(receiver.database);
    await take(receiver, rotate(sender, 0));
    expect(other.findKey(senderOf(receiver), 'k2', Date.now() / 1_000)).toBeNull();
    await other.refreshKeys(receiver.database, { force: true });
    expect(other.findKey(senderOf(receiver), 'k2', Date.now() / 1_000)).not.toBeNull();
  });
});

describe('a revoked key', () => {
  it('is believed no more, not even for a request dated back, while what it signed before still verifies', async () => {
    const { sender, receiver } = await makePair();
    const stolen = { ...sender, caller: { ...sender.caller, signer: sender.caller.signer } };
    const signedAt = Date.now() / 1_000;
    expect((await post(stolen)).status).toBe(200);
    rotate(sender, 0);
    const content = sender.ring.revoked('k1');
    const by = { signer: sender.ring.signerFor(sender.ring.signingIn(content)), at: new Date() };
    sender.ring.save(stateKeys('zhoucun', content, by).ring);
    expect(await announceKeys(sender.caller, receiverOf(sender))).toBe(true);
    const unheard = { ...stolen.caller, directory: sender.caller.directory };
    expect(await post({ ...stolen, caller: unheard })).toEqual({
      status: 401,
      body: { code: 'UNKNOWN_KEY' },
    });
    const { directory } = receiver.caller;
    expect(directory.findKey(senderOf(receiver), 'k1', signedAt)).not.toBeNull();
    expect(directory.findKey(senderOf(receiver), 'k1', Date.now() / 1_000 + 1)).toBeNull();
    expect((await post(sender)).body).toMatchObject({ keyId: 'k2' });
  });
});

describe('xinqiao keys', () => {
  let pair: Awaited<ReturnType<typeof makePair>>;
  const run = (...args: string[]) =>
    spawnSync(
      process.execPath,
      [join(import.meta.dirname, '../../../src/apps/cli/main.ts'), 'keys', ...args],
      {
        encoding: 'utf8',
        env: pair.sender.environment,
      },
    );
  const lines = (text: string): Record<string, unknown>[] =>
    text
      .trim()
      .split('\n')
      .map((it) => JSON.parse(it) as Record<string, unknown>);
  beforeAll(async () => {
    pair = await makePair();
  });

  it('ends with 1 and a code for an unknown key and for the only key', () => {
    expect(run('revoke', 'k9', '--no-send')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('UNKNOWN_KEY'),
    });
    expect(run('revoke', 'k1', '--no-send')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('KEY_IN_USE'),
    });
  });

  it('lists, rotates and revokes; a running hub takes it up and its partner believes it', async () => {
    expect(lines(run('list', '--json').stdout)).toMatchObject([
      { id: 'k1', signing: true, fingerprint: expect.stringMatching(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/) },
    ]);
    const rotated = run('rotate', '--algorithm', 'sm2', '--after', '0', '--no-send', '--json');
    expect(rotated.status).toBe(0);
    expect(lines(rotated.stdout)).toMatchObject([
      { statement: { signature: { keyId: 'k1' } }, announced: [] },
    ]);
    expect(readFileSync(`${pair.sender.keyFile}.ring.json`, 'utf8')).not.toContain('PRIVATE KEY');
    const revoked = run('revoke', 'k1', '--no-send', '--json');
    expect(lines(revoked.stdout)).toMatchObject([{ statement: { signature: { keyId: 'k2' } } }]);
    const running = callerOf({ ...pair.sender.caller, ring: new KeyRing(pair.sender.keyFile, 'k1') });
    expect(await post({ ...pair.sender, caller: running })).toMatchObject({
      status: 200,
      body: { keyId: 'k2' },
    });
    expect(
      lines(run('list', '--json').stdout).map((it) => [it['id'], it['signing'], it['revokedAt'] !== null]),
    ).toEqual([
      ['k1', false, true],
      ['k2', true, false],
    ]);
    const known = wellKnown(running) as { keys: { id: string }[]; statements: unknown[] };
    expect(known.keys.map((it) => it.id)).toEqual(['k1', 'k2']);
    expect(known.statements).toHaveLength(2);
  });
});

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSupergraph, startSubgraphs, subgraphNames } from '../../../src/api/gateway/index.ts';
import { silentLog } from '../../../src/infra/log/index.ts';
import { openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { PartnerDirectory, type Caller } from '../../../src/exchange/partners/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import { countAudit } from '../../../src/registry/audit/index.ts';
import { freshDatabase } from '../../support/servers.ts';
import {
  ask,
  askSigned,
  candidate,
  catalogue,
  closePort,
  emptyPorts,
  hubFile,
  makeKeys,
  openPort,
  partnerTerms,
  penalty,
  startHub,
  store,
  usccOf,
  type RunningHub,
} from './hub-fixture.ts';

const CLI = fileURLToPath(new URL('../../../src/apps/cli/main.ts', import.meta.url));
const execute = promisify(execFile);

/* One gateway, whose subgraphs answer at the doors of another server. */
const secret = 'a-secret-of-these-tests-0123456789abcdef';
const keys = { hub: makeKeys(), partner: makeKeys() };
const subject = { uscc: usccOf(31), name: '测试丙有限公司' };
const hub = hubFile('shandong', '370000', {
  partners: [
    partnerTerms('zhanjiang', keys.partner, { query: { purposes: ['BIDDING'], scopes: ['read:penalty'] } }),
  ],
});

let gateway: RunningHub;
let doors: Awaited<ReturnType<typeof openPort>>;
let database: HubDatabase;
let partner: Caller;

beforeAll(async () => {
  const { uri, dbName } = freshDatabase();
  database = await openDatabase({ uri, name: dbName, production: false });
  doors = await openPort();
  const caller = {
    directory: new PartnerDirectory(hub),
    database,
    signer: signerOf(keys.hub.privateKey, 'k1'),
  };
  const names = subgraphNames(catalogue);
  const { router } = startSubgraphs({
    database,
    hub,
    catalogue,
    liveSources: [],
    caller,
    log: silentLog(),
    names,
    secret,
    ...emptyPorts,
  });
  doors.app.use(router);
  const place = await openPort();
  gateway = await startHub(place, {
    keys: keys.hub,
    hub,
    database,
    more: {
      remote: {
        secret,
        subgraphs: Object.fromEntries(names.map((name) => [name, `${doors.url}/subgraphs/${name}`])),
      },
    },
  });
  const file = hubFile('zhanjiang', '440800', {
    partners: [partnerTerms('shandong', keys.hub, { url: place.url })],
  });
  partner = {
    directory: new PartnerDirectory(file),
    database,
    signer: signerOf(keys.partner.privateKey, 'k1'),
  };
  await store(database, [
    candidate('administrative_penalty', subject, penalty('测罚〔2025〕1 号', '2025-01-01')),
  ]);
});

afterAll(async () => {
  await closePort(doors.server);
  await gateway.close();
});

const QUERY = `query Q($u: USCC!) { subject(by: { uscc: $u }) { name penalties { complete coverage { status rule } edges { node { documentNo } } } licences { complete } } }`;

describe('subgraphs in another process', () => {
  it('answer nothing without a signed context', async () => {
    const response = await fetch(`${doors.url}/subgraphs/ds_administrative_penalty`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'xinqiao-context': 'e30',
        'xinqiao-context-mac': 'AAAA',
      },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    const body = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect([response.status, body.errors[0]?.extensions.code]).toEqual([401, 'CONTEXT_REFUSED']);
  });

  it('show nothing to another router that serves what xinqiao supergraph export writes', async () => {
    const exported = (at: string) =>
      execute(process.execPath, [CLI, 'supergraph', 'export', '--subgraphs-at', at], {
        env: {
          ...process.env,
          ...{
            XINQIAO_HUB_FILE: 'none',
            XINQIAO_SIGNING_KEY_FILE: 'none',
            XINQIAO_MONGODB_URI: 'mongodb://none',
          },
          NODE_OPTIONS: '',
        },
      });
    await expect(exported('ftp://hub.example')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('BAD_CONFIG') as unknown,
    });
    const { stdout } = await exported(doors.url);
    const router = await openSupergraph(stdout);
    const other = await openPort();
    other.app.use(router.router);
    const reply = await ask(other.url, QUERY, { u: subject.uscc });
    await closePort(other.server);
    await router.close();
    expect([reply.data, (reply.errors ?? []).length > 0]).toEqual([{ subject: null }, true]);
    expect(reply.text).not.toMatch(/测罚|测试丙|127\.0\.0\.1/);
  });

  it('answer through the gateway, coverage and all, and keep the read log themselves', async () => {
    const before = await countAudit(database, 'READ');
    const reply = await askSigned(partner, 'shandong', { query: QUERY, variables: { u: subject.uscc } });
    expect(reply.data.subject.penalties).toMatchObject({
      complete: true,
      edges: [{ node: { documentNo: '测罚〔2025〕1 号' } }],
    });
    expect(reply.data.subject.licences).toBeNull();
    expect(reply.errors?.map((it) => it.extensions['code'])).toEqual(['SCOPE_MISSING']);
    expect(reply.extensions.coverage.map((it) => it.status)).toEqual(['DENIED', 'ANSWERED']);
    expect(await countAudit(database, 'READ')).toBe(before + 1);
  });

  it('cost their part when they are gone: the answer says so and names no address', async () => {
    await closePort(doors.server);
    const reply = await ask(gateway.url, QUERY, { u: subject.uscc });
    expect(reply.data.subject).toBeNull();
    expect(reply.errors?.[0]?.extensions).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', retryable: true });
    expect(reply.extensions.complete).toBe(false);
    expect(reply.extensions.coverage.map((it) => [it.status, it.rule])).toEqual([
      ['UNAVAILABLE', 'SUBGRAPH'],
      ['UNAVAILABLE', 'SUBGRAPH'],
    ]);
    expect(reply.text).not.toMatch(/127\.0\.0\.1|ECONN|localhost/);
    doors = await openPort();
  });
});

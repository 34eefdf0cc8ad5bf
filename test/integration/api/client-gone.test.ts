import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LiveSource } from '../../../src/contracts/doors/index.ts';
import { PartnerDirectory, postSigned, type Caller } from '../../../src/exchange/partners/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import type { SqlDriver } from '../../../src/infra/sql/index.ts';
import { eventually } from '../../support/eventually.ts';
import { housingSource, putPermits, slowLookup } from '../../support/housing.ts';
import { openSqlDatabase, type SqlDatabase } from '../../support/sql-database.ts';
import {
  ask,
  hubFile,
  makeKeys,
  openPort,
  partnerTerms,
  startHub,
  usccOf,
  type RunningHub,
} from './hub-fixture.ts';

const keys = { hub: makeKeys(), partner: makeKeys() };
let hub: RunningHub;
let ended: Promise<string>;
let reached: Promise<void>;

beforeAll(async () => {
  let end: (why: string) => void;
  let reach: () => void;
  ended = new Promise((resolve) => (end = resolve));
  reached = new Promise((resolve) => (reach = resolve));
  const slow: LiveSource = {
    connector: 'slow-housing',
    dataset: 'housing_presale',
    region: '370306',
    timeoutMs: 20_000,
    ask: ({ signal }) =>
      new Promise((_, reject) => {
        reach();
        signal.addEventListener('abort', () => {
          end('aborted');
          reject(new Error('aborted'));
        });
      }),
  };
  hub = await startHub(await openPort(), {
    keys: keys.hub,
    liveSources: [slow],
    hub: hubFile('shandong', '370000', {
      partners: [
        partnerTerms('zhanjiang', keys.partner, {
          query: { purposes: ['BIDDING'], scopes: ['read:licence'] },
        }),
      ],
    }),
  });
});

afterAll(async () => hub.close());

/** The partner, asking a hub. */
function callerAt({ url, database }: RunningHub): Caller {
  const partners = [partnerTerms('shandong', keys.hub, { url })];
  return {
    directory: new PartnerDirectory(hubFile('zhanjiang', '440800', { partners })),
    database,
    signer: signerOf(keys.partner.privateKey, 'k1'),
  };
}

describe('a client that goes away', () => {
  it('does not spoil the document it asked with for those who come after', async () => {
    const query = `query Fresh { subject(by: { uscc: "${usccOf(1)}" }) { uscc penalties { complete } licences { complete } } }`;
    for (let round = 0; round < 10; round += 1) {
      const controller = new AbortController();
      const asking = fetch(`${hub.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
        signal: controller.signal,
      }).catch(() => null);
      setTimeout(() => controller.abort(), round);
      await asking;
    }
    const reply = await ask(hub.url, query);
    expect(reply.errors).toBeUndefined();
    expect(reply.data.subject.penalties.complete).toBe(true);
  });

  it('ends the work at the source', async () => {
    const caller = callerAt(hub);
    const controller = new AbortController();
    const asking = postSigned(caller, caller.directory.get('shandong'), {
      path: '/graphql',
      body: JSON.stringify({
        query: `{ subject(by: { uscc: "${usccOf(1)}" }) { housingPresales { complete } } }`,
      }),
      idempotencyKey: 'gone-1',
      timeoutMs: 10_000,
      headers: { 'xinqiao-purpose': 'BIDDING' },
      signal: controller.signal,
    }).catch(() => null);
    await reached;
    controller.abort();
    await asking;
    await expect(ended).resolves.toBe('aborted');
  });
});

describe.each<SqlDriver>(['mysql', 'postgresql'])(
  'a client that goes away from a department on %s',
  (driver) => {
    let database: SqlDatabase;
    let asked: RunningHub;
    let source: LiveSource;

    beforeAll(async () => {
      database = await openSqlDatabase(driver);
      await putPermits(database, [{ code: usccOf(1), number: '测预〔2026〕1 号', on: '2026-02-01' }]);
      source = housingSource(database, { live: { lookup: slowLookup(driver, 60), timeoutMs: 20_000 } });
      asked = await startHub(await openPort(), {
        keys: keys.hub,
        liveSources: [source],
        hub: hubFile('shandong', '370000', {
          partners: [
            partnerTerms('zhanjiang', keys.partner, {
              query: { purposes: ['BIDDING'], scopes: ['read:licence'] },
            }),
          ],
        }),
      });
    });
    afterAll(async () => {
      await asked.close();
      await source.close?.();
      await database.close();
    });

    it('leaves no statement running at the server', async () => {
      const controller = new AbortController();
      const asking = postSigned(callerAt(asked), callerAt(asked).directory.get('shandong'), {
        path: '/graphql',
        body: JSON.stringify({
          query: `{ subject(by: { uscc: "${usccOf(1)}" }) { housingPresales { complete } } }`,
        }),
        idempotencyKey: 'gone-2',
        timeoutMs: 30_000,
        headers: { 'xinqiao-purpose': 'BIDDING' },
        signal: controller.signal,
      }).catch(() => null);
      const isRunning = await eventually(
        () => database.running(),
        (found) => found.length > 0,
      );
      expect(isRunning).toHaveLength(1);
      controller.abort();
      await asking;
      const left = await eventually(
        () => database.running(),
        (found) => found.length === 0,
      );
      expect(left).toEqual([]);
    });
  },
);

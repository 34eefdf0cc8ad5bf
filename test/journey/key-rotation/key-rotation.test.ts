import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTaxFeed, type Feed } from '../../../src/apps/demo/sources/tax-feed.ts';
import { makeWorld, placesIn, writeWorld } from '../../../src/apps/demo/sources/world.ts';
import { getConnector, readStatus, type RunningHub } from '../../../src/apps/hub/index.ts';
import { reconcile } from '../../../src/exchange/reconciliation/index.ts';
import { envelopeModel } from '../../../src/exchange/delivery/index.ts';
import { parseGivenKeys, verifyOffline } from '../../../src/exchange/protocol/index.ts';
import { runConnector } from '../../../src/intake/pipeline/index.ts';
import { systemClock } from '../../../src/infra/clock/index.ts';
import { eventually, makeHubWorld, type HubWorld } from '../../support/hubs.ts';

let hubs: HubWorld;
let running: Record<'zhoucun' | 'zibo' | 'shandong', RunningHub>;
let feed: Feed;

/** Runs `xinqiao keys` as an operator does, beside the running hub. */
async function keys(hub: 'zhoucun' | 'zibo', ...args: string[]): Promise<{ status: number; stdout: string }> {
  const { config } = running[hub].parts;
  const env = {
    ...process.env,
    XINQIAO_HUB_FILE: config.hubFile,
    XINQIAO_MONGODB_URI: config.mongodbUri,
    XINQIAO_DATABASE: config.database,
    XINQIAO_SIGNING_KEY_FILE: config.signingKeyFile,
    XINQIAO_PORT: String(config.port),
  };
  const command = [join(import.meta.dirname, '../../../src/apps/cli/main.ts'), 'keys', ...args];
  return new Promise((done) => {
    execFile(process.execPath, command, { env }, (error, stdout) => {
      done({ status: error === null ? 0 : Number(error.code), stdout });
    });
  });
}

async function collect(hub: RunningHub, id: string): Promise<void> {
  const { catalogue, database, hub: file, log, secret, connectors } = hub.parts;
  await runConnector({
    connector: getConnector(connectors, id),
    catalogue,
    database,
    hub: file,
    log,
    secret,
    clock: systemClock,
  });
}
async function settled(hub: RunningHub, partner: string): Promise<boolean> {
  const status = await readStatus(hub.parts, null);
  const counts = status.partners.find((it) => it.id === partner)?.deliveries ?? {};
  return (
    (counts['pending'] ?? 0) +
      (counts['packed'] ?? 0) +
      (counts['stored'] ?? 0) +
      status.unsequenced +
      status.unrelayed ===
    0
  );
}

beforeAll(async () => {
  hubs = await makeHubWorld();
  const places = placesIn(hubs.folder);
  const world = makeWorld({ rows: 3_000, seed: 7, today: systemClock.today() });
  await writeWorld(world, places);
  feed = await startTaxFeed(world.grades);
  Object.assign(process.env, {
    XQ_INBOX_DIR: places.inbox,
    XQ_FRXZCF_DSN: places.front,
    XQ_HOUSING_DSN: places.housing,
    XQ_TAX_URL: feed.url,
  });
  const [zhoucun, zibo, shandong] = await Promise.all([
    hubs.start('zhoucun'),
    hubs.start('zibo'),
    hubs.start('shandong'),
  ]);
  running = { zhoucun, zibo, shandong };
}, 60_000);
afterAll(async () => {
  await Promise.all(Object.values(running).map((it) => it.close()));
  await feed.close();
});

it('a rotation of both sides while records flow loses nothing, and every receipt verifies offline', async () => {
  const { zhoucun } = running;
  await collect(zhoucun, 'zc-penalty');
  await eventually('the first delivery', () => settled(zhoucun, 'zibo'), 60_000);
  const flowing = (async () => {
    for (const id of ['zc-licence', 'zc-frxzcf', 'zc-tax-grade']) await collect(zhoucun, id);
  })();
  const [told, quiet] = await Promise.all([
    keys('zhoucun', 'rotate', '--algorithm', 'sm2', '--after', '0', '--json'),
    keys('zibo', 'rotate', '--algorithm', 'sm2', '--after', '0', '--no-send', '--json'),
  ]);
  expect([told.status, quiet.status]).toEqual([0, 0]);
  await flowing;
  await collect(zhoucun, 'zc-penalty');
  await eventually('delivery', () => settled(zhoucun, 'zibo'), 60_000);
  const { caller, database } = zhoucun.parts;
  const compared = await reconcile(caller, caller.directory.get('zibo'));
  expect(compared).toMatchObject({ equal: true });
  expect(compared.records).toBeGreaterThan(1_000);
  const rows = await envelopeModel.in(database).find({ partner: 'zibo' }).toArray();
  const receipts = rows.map((it) => ({ name: it._id, text: JSON.stringify(it.receipt) }));
  const document: unknown = await (await fetch(`${hubs.facts.zibo.url}/.well-known/xinqiao`)).json();
  const trust = { keys: parseGivenKeys(document, 'zibo'), fingerprints: [] };
  const verdicts = verifyOffline(receipts, trust);
  expect(verdicts.filter((it) => !it.valid)).toEqual([]);
  expect(new Set(verdicts.map((it) => it.keyId))).toEqual(new Set(['k1', 'k2']));
}, 180_000);

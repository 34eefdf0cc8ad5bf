import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startTaxFeed } from '../src/apps/demo/sources/tax-feed.ts';
import { makeWorld, placesIn, writeLicences, writePenalties } from '../src/apps/demo/sources/world.ts';
import { systemClock } from '../src/infra/clock/index.ts';
import { silentLog } from '../src/infra/log/index.ts';
import type { HubDatabase } from '../src/infra/mongo/index.ts';
import { loadConnector } from '../src/intake/connectors/index.ts';
import { runConnector, type RunReceipt } from '../src/intake/pipeline/index.ts';
import { benchHubFile, catalogue, CONNECTORS } from './bench-hub.ts';

const SEED = 20_171_220;
/** Rows of the registry that is asked: about 4 penalties, 3 licences and a grade a subject. */
const QUERY_ROWS = 5_000;

/** Runs a source of this repository into a database. */
export function collect(database: HubDatabase, id: string): Promise<RunReceipt> {
  return runConnector({
    connector: loadConnector(join(CONNECTORS, 'sources', id), catalogue),
    catalogue,
    database,
    hub: benchHubFile,
    clock: systemClock,
    log: silentLog(),
    secret: Buffer.from('row digests of the benchmark only'),
  });
}

/** Writes the penalties' file in GB18030, as the market regulator exports it, where its connector looks for it. */
export async function writePenaltyFile(folder: string, rows: number): Promise<void> {
  const places = placesIn(folder);
  mkdirSync(join(places.inbox, 'zc-penalty'), { recursive: true });
  process.env['XQ_INBOX_DIR'] = places.inbox;
  // Four of ten rows of a world are penalties.
  await writePenalties(
    places,
    makeWorld({ rows: Math.round(rows / 0.4), seed: SEED, today: systemClock.today() }).penalties,
  );
}

/**
 * Fills a registry from three sources through their connectors.
 *
 * @returns codes of the subjects that have records in all three datasets
 */
export async function fillRegistry(database: HubDatabase, folder: string): Promise<string[]> {
  const world = makeWorld({ rows: QUERY_ROWS, seed: SEED, today: systemClock.today() });
  const places = placesIn(folder);
  for (const id of ['zc-penalty', 'zc-licence']) mkdirSync(join(places.inbox, id), { recursive: true });
  await writePenalties(places, world.penalties);
  await writeLicences(places, world.licences);
  const feed = await startTaxFeed(world.grades);
  process.env['XQ_INBOX_DIR'] = places.inbox;
  process.env['XQ_TAX_URL'] = feed.url;
  try {
    for (const id of ['zc-penalty', 'zc-licence', 'zc-tax-grade']) {
      const receipt = await collect(database, id);
      if (receipt.accepted === 0) throw new Error(`${id} brought nothing: ${JSON.stringify(receipt)}`);
    }
  } finally {
    await feed.close();
  }
  const codes = (rows: readonly Record<string, string>[], column: string) =>
    new Set(rows.flatMap((it) => it[column] ?? []));
  const [penalised, licensed] = [
    codes(world.penalties, 'CF_XDR_SHXYM'),
    codes(world.licences, 'XK_XDR_SHXYM'),
  ];
  return [...codes(world.grades, 'TYSHXYDM')].filter((it) => penalised.has(it) && licensed.has(it));
}

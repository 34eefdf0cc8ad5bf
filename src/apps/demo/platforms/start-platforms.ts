import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoPlatform } from '../hub-files.ts';
import type { World } from '../sources/world.ts';
import { startCreditSite } from './credit-site.ts';
import { startPublicitySystem } from './publicity-system.ts';
import type { HeldRow, SubjectBase } from './subject-base.ts';
import { startTradingCentre } from './trading-centre.ts';

/** The running stand-ins of platforms that are not Xinqiao. */
export type DemoPlatforms = {
  /** What their manifests name: addresses, secrets, the host key's fingerprint. */
  readonly environment: Readonly<Record<string, string>>;
  /** The records that one of them shows, by record key. */
  shown(id: DemoPlatform): Map<string, HeldRow>;
  close(): Promise<void>;
};

/** Every so many-th organisation is missing in the platforms' subject bases. */
const MISSING_EVERY = 25;

/** What platforms know of the world's organisations: nearly all of them, the one that is asked about for certain. */
function subjectBaseOf(world: World): SubjectBase {
  const rows = [...world.penalties, ...world.neighbour, ...world.licences, ...world.front];
  const names = new Map<string, string>();
  for (const row of rows) {
    const code = row['CF_XDR_SHXYM'] ?? row['XK_XDR_SHXYM'] ?? '';
    names.set(code, row['CF_XDR_MC'] ?? row['XK_XDR_MC'] ?? row['CF_XDR'] ?? '');
  }
  const known = [...names].sort(([a], [b]) => (a < b ? -1 : 1)).filter((_, at) => at % MISSING_EVERY !== 7);
  return new Map([...known, [world.asked.uscc, world.asked.name]]);
}

/** Starts a stand-in of each kind: a file drop, front-exchange tables, a JSON interface. */
export async function startPlatforms(folder: string, world: World): Promise<DemoPlatforms> {
  const base = subjectBaseOf(world);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const site = await startCreditSite(join(folder, 'credit-site'), base);
  const publicity = startPublicitySystem(join(folder, 'publicity.sqlite'), base);
  const trading = await startTradingCentre(base);
  const all = { 'zibo-credit': site, 'enterprise-publicity': publicity, 'resource-trading': trading };
  return {
    environment: {
      XQ_ZIBO_CREDIT_HOST: '127.0.0.1',
      XQ_ZIBO_CREDIT_PORT: String(site.sftp.port),
      XQ_ZIBO_CREDIT_PASSWORD: site.sftp.password,
      XQ_ZIBO_CREDIT_HOST_KEY: site.sftp.hostKey,
      XQ_PUBLICITY_DSN: publicity.dsn,
      XQ_TRADING_URL: trading.url,
      XQ_TRADING_AUTHORIZATION: trading.authorization,
    },
    shown: (id) => all[id].shown(),
    async close() {
      for (const it of Object.values(all)) await it.close();
    },
  };
}

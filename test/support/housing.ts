import { join } from 'node:path';
import type { LiveSource } from '../../src/contracts/doors/index.ts';
import type { HubFile } from '../../src/contracts/manifests/index.ts';
import { systemClock } from '../../src/infra/clock/index.ts';
import type { SqlDriver } from '../../src/infra/sql/index.ts';
import { loadConnector, type LoadedConnector } from '../../src/intake/connectors/index.ts';
import { liveSourceOf } from '../../src/intake/live/index.ts';
import { loadCatalogue } from '../../src/registry/catalogue/index.ts';
import type { SqlDatabase } from './sql-database.ts';

const CONNECTORS = join(import.meta.dirname, '../../connectors');
const catalogue = loadCatalogue(CONNECTORS);

/** A made-up presale permit as a housing department keeps it; an empty `until` fails a check. */
export type Permit = {
  readonly code: string;
  readonly number: string;
  readonly on: string;
  readonly until?: string | null;
};

/** Makes a department's table and puts permits into it. */
export async function putPermits(database: SqlDatabase, permits: readonly Permit[]): Promise<void> {
  await database.run(
    `create table if not exists spfys (id varchar(60), shxym varchar(18), qymc varchar(60), ysxkzh varchar(60), xmmc varchar(60),
      ysmj decimal(12, 2), fzrq date, yxqz date, fzjg varchar(60))`,
    ...permits.map(({ code, number, on, until = '2030-01-01' }) => {
      const last = until === null ? 'null' : `'${until}'`;
      return `insert into spfys values ('${number}', '${code}', '测试甲有限公司', '${number}', '测试家园', 8000.50, '${on}', ${last}, '测试局')`;
    }),
  );
}

/** A lookup that runs for so many seconds at the server itself. */
export function slowLookup(driver: SqlDriver, seconds: number): string {
  const nap = driver === 'mysql' ? `sleep(${String(seconds)})` : `pg_sleep(${String(seconds)})::text`;
  return `select spfys.*, ${nap} as waited from spfys where shxym in (:codes)`;
}

/** A shipped connector of a housing department, on another database and with other settings. */
export function housingSource(
  database: Pick<SqlDatabase, 'driver' | 'dsn'>,
  change: { id?: string; live?: object } = {},
): LiveSource {
  const shipped = loadConnector(join(CONNECTORS, 'sources/zc-housing'), catalogue);
  const connector = {
    ...shipped,
    metadata: { ...shipped.metadata, id: change.id ?? shipped.metadata.id },
    source: { ...shipped.source, driver: database.driver, dsn: database.dsn },
    live: { ...shipped.live, ...change.live },
  } as LoadedConnector;
  const hub = { id: 'zhoucun', soleTraders: 'on' } as HubFile;
  return liveSourceOf({ connector, catalogue, hub, clock: systemClock });
}

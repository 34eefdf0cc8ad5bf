import { parseConfig } from '../../infra/config/index.ts';
import { openDatabase, type HubDatabase } from '../../infra/mongo/index.ts';

/**
 * Opens a hub's database alone for one command and closes it whatever happens: also where its manifests are faulty, and a
 * person wants to go back behind them.
 */
export async function withDatabase(work: (database: HubDatabase) => Promise<void>): Promise<void> {
  const { mongodbUri: uri, database: name, mode } = parseConfig();
  const database = await openDatabase({ uri, name, production: mode === 'production' });
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

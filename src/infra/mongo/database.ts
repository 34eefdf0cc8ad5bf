import mongoose, { type Connection, type IndexDefinition, type IndexOptions } from 'mongoose';
import type { Collection, Document } from 'mongodb';
import { HubError } from '../../domain/hub-error.ts';
import { clockOf, type Clock } from '../clock/index.ts';

/** A collection as its owning closet declares it: name and indexes. Only that closet writes there. */
export type CollectionModel<T extends Document> = {
  readonly name: string;
  readonly indexes: readonly { keys: IndexDefinition; options?: IndexOptions }[];
  /** Reaches the collection in a database. */
  in(database: HubDatabase): Collection<T>;
};

/** One hub's database. */
export type HubDatabase = {
  readonly connection: Connection;
  /** The database's own clock: its time, kept by an offset that is measured again every minute. */
  readonly clock: Clock;
  /** What the server answered about itself. */
  readonly server: { readonly version: string; readonly replicaSet: string | null };
  close(): Promise<void>;
};

const CLOCK_REFRESH_MS = 60_000;
const MAX_SKEW_MS = 5_000;

/** Declares a collection. @param indexes made at start by {@link ensureIndexes} */
export function defineCollection<T extends Document>(
  name: string,
  indexes: CollectionModel<T>['indexes'] = [],
): CollectionModel<T> {
  return {
    name,
    indexes,
    in: (database) => database.connection.collection<T>(name),
  };
}

/**
 * The database's time less this process' running time, in milliseconds. Running time and not the machine's clock:
 * a clock that somebody sets while the hub runs must not change what is due.
 */
async function measureOffsetMs(connection: Connection): Promise<{ offsetMs: number; hello: Document }> {
  const before = performance.now();
  const hello = await connection.db?.admin().command({ hello: 1 });
  const halfway = (before + performance.now()) / 2;
  const localTime: unknown = hello?.localTime;
  const databaseMs = localTime instanceof Date ? localTime.getTime() : Date.now();
  return { offsetMs: databaseMs - halfway, hello: hello ?? {} };
}

/**
 * Opens a hub's database: majority, journalled writes, and the database's clock.
 *
 * @throws STORE_UNREACHABLE (transient), STORE_TOO_WEAK (production on a standalone server), CLOCK_SKEW
 */
export async function openDatabase(options: {
  uri: string;
  name: string;
  production: boolean;
}): Promise<HubDatabase> {
  const connection = await mongoose
    .createConnection(options.uri, {
      dbName: options.name,
      autoIndex: false,
      autoCreate: false,
      serverSelectionTimeoutMS: 10_000,
      maxPoolSize: 20,
      writeConcern: { w: 'majority', journal: true },
      readConcern: { level: 'local' },
    })
    .asPromise()
    .catch((cause: unknown) => {
      throw new HubError('STORE_UNREACHABLE', 'transient', `MongoDB does not answer for ${options.name}`, {
        cause,
      });
    });
  const { offsetMs, hello } = await measureOffsetMs(connection);
  const replicaSet = typeof hello.setName === 'string' ? hello.setName : null;
  if (options.production && replicaSet === null) {
    await connection.close();
    throw new HubError(
      'STORE_TOO_WEAK',
      'config',
      'production needs a MongoDB replica set: this server is standalone',
    );
  }
  const skewMs = offsetMs + performance.now() - Date.now();
  if (Math.abs(skewMs) > MAX_SKEW_MS) {
    await connection.close();
    throw new HubError(
      'CLOCK_SKEW',
      'config',
      `clock differs from MongoDB's by ${Math.round(skewMs)} ms: set it`,
    );
  }
  let current = offsetMs;
  const timer = setInterval(() => {
    measureOffsetMs(connection).then(
      (measured) => (current = measured.offsetMs),
      () => undefined,
    );
  }, CLOCK_REFRESH_MS);
  timer.unref();
  const info = await connection.db?.admin().command({ buildInfo: 1 });
  return {
    connection,
    clock: clockOf(() => new Date(performance.now() + current)),
    server: { version: String(info?.version ?? 'unknown'), replicaSet },
    async close() {
      clearInterval(timer);
      await connection.close();
    },
  };
}

/** Makes the declared indexes; safe to repeat. */
export async function ensureIndexes(
  database: HubDatabase,
  models: readonly CollectionModel<Document>[],
): Promise<void> {
  for (const model of models) {
    if (model.indexes.length === 0) continue;
    await model.in(database).createIndexes(
      model.indexes.map((it) => ({
        key: it.keys as Record<string, 1 | -1>,
        ...(it.options as object | undefined),
      })),
    );
  }
}

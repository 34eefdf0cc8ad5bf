import { MongoClient } from 'mongodb';
import { HubError } from '../../domain/hub-error.ts';

/** What a server that speaks MongoDB's protocol says about itself. */
export type MongoAnswer = { readonly version: string; readonly replicaSet: string | null };

/**
 * Asks a server whether it takes writes, waiting until it does or the time is over.
 *
 * @throws STORE_UNREACHABLE (transient) when no writable server answered within `timeoutMs`
 */
export async function pingMongo(uri: string, timeoutMs: number): Promise<MongoAnswer> {
  const client = new MongoClient(uri, {
    serverSelectionTimeoutMS: timeoutMs,
    connectTimeoutMS: timeoutMs,
    socketTimeoutMS: timeoutMs,
    maxPoolSize: 1,
  });
  try {
    await client.connect();
    const hello = await client.db('admin').command({ hello: 1 });
    const info = await client.db('admin').command({ buildInfo: 1 });
    if (hello.isWritablePrimary !== true) {
      throw new HubError('STORE_UNREACHABLE', 'transient', 'the MongoDB server that answers takes no writes');
    }
    return {
      version: String(info.version),
      replicaSet: typeof hello.setName === 'string' ? hello.setName : null,
    };
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    throw new HubError(
      'STORE_UNREACHABLE',
      'transient',
      `no MongoDB server answered within ${timeoutMs} ms`,
      {
        cause,
      },
    );
  } finally {
    await client.close();
  }
}

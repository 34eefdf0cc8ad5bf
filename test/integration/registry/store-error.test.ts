import { describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { hubErrorOf } from '../../../src/infra/mongo/index.ts';
import { freshDatabase } from '../../support/servers.ts';

/** What an operation on a database throws. */
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('hubErrorOf', () => {
  it('calls a database that is away a fault that passes, so that nobody counts it as a defect', async () => {
    const nobody = new MongoClient('mongodb://127.0.0.1:1/', { serverSelectionTimeoutMS: 50 });
    const error = await thrownBy(nobody.db('none').collection('none').findOne());
    await nobody.close();
    expect(hubErrorOf(error)).toMatchObject({ code: 'STORE_UNREACHABLE', kind: 'transient' });
  });

  it('calls what a database refuses a defect', async () => {
    const client = new MongoClient(freshDatabase().uri);
    const error = await thrownBy(client.db('none').command({ noSuchCommand: 1 }));
    await client.close();
    expect(hubErrorOf(error)).toMatchObject({ code: 'DEFECT', kind: 'defect' });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BusinessReceipt } from '../../../src/contracts/messages/index.ts';
import { issuedReceiptModel, issueReceipt, listIssued } from '../../../src/exchange/receipts/index.ts';
import { ensureIndexes, openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { freshDatabase } from '../../support/servers.ts';

const AT_ONCE = 60;
let database: HubDatabase;

beforeAll(async () => {
  const { uri, dbName } = freshDatabase();
  database = await openDatabase({ uri, name: dbName, production: false });
  await ensureIndexes(database, [issuedReceiptModel] as unknown as Parameters<typeof ensureIndexes>[1]);
});
afterAll(async () => {
  await database.connection.dropDatabase();
  await database.close();
});

const receiptOn = (envelopeId: string): BusinessReceipt => ({
  type: 'BUSINESS',
  protocol: 'xinqiao/1',
  envelopeId,
  envelopeDigest: 'a'.repeat(64),
  sender: 'zhoucun',
  receiver: 'zibo',
  decidedAt: '2026-06-01T00:00:00.000Z',
  records: [],
  signature: { keyId: 'k1', algorithm: 'ed25519', value: '' },
});

describe('business receipts', () => {
  it(`of ${AT_ONCE} messages at once are all issued, once each, without a gap between them`, async () => {
    const ids = Array.from({ length: AT_ONCE }, (_, at) => `message-${at}`);
    await Promise.all([...ids, ...ids].map((it) => issueReceipt(database, receiptOn(it))));
    const issued = await listIssued(database, 'zhoucun', { after: 0, limit: 2 * AT_ONCE });
    expect(issued.map((it) => it.n)).toEqual(ids.map((_, at) => at + 1));
    expect(issued.map((it) => it.receipt.envelopeId).sort()).toEqual([...ids].sort());
  });
});

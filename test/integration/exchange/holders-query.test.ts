import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type Api } from '../../../src/api/gateway/index.ts';
import { OWN_ASKER, PUBLIC_ASKER, type Asker } from '../../../src/api/shared/index.ts';
import { apiParts } from '../../../src/apps/hub/index.ts';
import { openDeliveryPair, type DeliveryPair } from './delivery-pair.ts';

const QUERY = `query Holders($record: ID!) {
  holders(record: $record) { recordKey origin version holders { platform state current overdue version } }
}`;
type Holders = { recordKey: string; origin: string; holders: object[] };
type Answer = { data?: { holders: Holders | null }; errors?: { extensions: { code: string } }[] };

let pair: DeliveryPair;
let api: Api;
let record: string;

beforeAll(async () => {
  pair = await openDeliveryPair();
  api = await startApi({ ...apiParts(pair.zhoucun), publicUrl: 'http://127.0.0.1' });
  [record = ''] = await pair.owe('持-1');
  await pair.drain();
});
afterAll(async () => {
  await api.close();
  await pair.close();
});

async function ask(asker: Asker, of = record): Promise<Answer> {
  const answer = await api.ask({ source: QUERY, variables: { record: of }, asker });
  return JSON.parse(JSON.stringify(answer)) as Answer;
}

const partner = (hub: string, scopes: readonly string[]): Asker => ({
  ...PUBLIC_ASKER,
  channel: 'PARTNER',
  hub,
  purpose: 'RECALL',
  scopes,
});

describe('Query.holders', () => {
  it('is refused on the public channel and to a partner without the scope', async () => {
    for (const asker of [PUBLIC_ASKER, partner('zibo', ['read:licence'])]) {
      const { data, errors } = await ask(asker);
      expect([data?.holders ?? null, errors?.[0]?.extensions.code]).toEqual([null, 'SCOPE_MISSING']);
    }
  });

  it('tells a partner nothing of a record that did not begin at it, not even that there is one', async () => {
    const asker = partner('zibo', ['read:holders']);
    const [known, unknown] = [await ask(asker), await ask(asker, '0'.repeat(64))];
    expect([known.data?.holders, known.errors]).toEqual([unknown.data?.holders, unknown.errors]);
    expect(known.data?.holders).toBeNull();
  });

  it('shows the hub itself, and the origin, who holds which version', async () => {
    const { data } = await ask(OWN_ASKER);
    expect(data?.holders).toMatchObject({
      recordKey: record,
      origin: 'zhoucun',
      holders: [{ platform: 'zibo', state: 'CONFIRMED', current: true, overdue: false, version: 1 }],
    });
    const atOrigin = await ask(partner('zhoucun', ['read:holders']));
    expect(atOrigin.data).toEqual(data);
  });
});

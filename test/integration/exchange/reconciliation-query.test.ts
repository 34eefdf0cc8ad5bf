import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type Api } from '../../../src/api/gateway/index.ts';
import { OWN_ASKER, PUBLIC_ASKER, type Asker } from '../../../src/api/shared/index.ts';
import { apiParts, HubMetrics } from '../../../src/apps/hub/index.ts';
import { verifyOffline } from '../../../src/exchange/protocol/index.ts';
import { reconcile } from '../../../src/exchange/reconciliation/index.ts';
import { openDeliveryPair, type DeliveryPair } from './delivery-pair.ts';

const QUERY = `query Statements($partner: ID!, $first: Int) {
  reconciliation(partner: $partner, first: $first) {
    sender receiver equal at refused inFlight owed { seq count root } held { count root }
    differences { missingThere } document
  }
}`;
type Statement = { equal: boolean; document: string; owed: { root: string }; held: { root: string } };

let pair: DeliveryPair;
let api: Api;

beforeAll(async () => {
  pair = await openDeliveryPair();
  api = await startApi({ ...apiParts(pair.zhoucun), publicUrl: 'http://127.0.0.1' });
});
afterAll(async () => {
  await api.close();
  await pair.close();
});

async function ask(
  variables: Record<string, unknown>,
  asker: Asker,
): Promise<{ data?: { reconciliation: Statement[] | null }; errors?: { extensions: { code: string } }[] }> {
  const answer = await api.ask({ source: QUERY, variables, asker });
  return JSON.parse(JSON.stringify(answer)) as Awaited<ReturnType<typeof ask>>;
}

describe('Query.reconciliation', () => {
  it('is refused without the scope, and knows no stranger', async () => {
    const refused = await ask({ partner: 'zibo' }, PUBLIC_ASKER);
    expect([refused.data?.reconciliation ?? null, refused.errors?.length]).toEqual([null, 1]);
    expect((await ask({ partner: 'nobody' }, OWN_ASKER)).data?.reconciliation).toBeNull();
    expect((await ask({ partner: 'zibo', first: 21 }, OWN_ASKER)).errors).toHaveLength(1);
  });

  it('gives the last statements, newest first, as both signed them, and the figures say the same', async () => {
    const { caller, hub } = pair.zhoucun;
    await pair.owe('亥-1');
    await pair.drain();
    await reconcile(caller, caller.directory.get('zibo'));
    const { data } = await ask({ partner: 'zibo', first: 5 }, OWN_ASKER);
    const [last] = data?.reconciliation ?? [];
    expect(last).toMatchObject({ sender: hub.id, receiver: 'zibo', equal: true, differences: null });
    expect(last?.owed.root).toBe(last?.held.root);
    const keys = [caller, pair.zibo.parts.caller].map(({ directory, signer }) => ({
      hub: directory.hub.id,
      id: 'k1',
      algorithm: 'ed25519' as const,
      publicKey: signer.publicKey,
      from: '2026-01-01T00:00:00.000Z',
      until: null,
      revokedAt: null,
    }));
    const files = [{ name: 'document', text: last?.document ?? '' }];
    expect(verifyOffline(files, { keys, fingerprints: [] })).toMatchObject([{ valid: true, equal: true }]);
    const figures = await new HubMetrics(pair.zhoucun, null).scrape();
    expect(figures).toMatch(/xinqiao_reconciliation_differences\{partner="zibo",class="missingThere".*\} 0/);
    expect(figures).toMatch(/xinqiao_reconciliation_last_equal_seconds\{partner="zibo".*\} \d+/);
  });
});

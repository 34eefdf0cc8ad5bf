import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { postSigned, type Caller } from '../partners/index.ts';

const PROBE_TIMEOUT_MS = 5_000;

/**
 * Whether a partner answers anything at all: a fetch of its first receipt. It tells a partner that is away from an
 * envelope that it cannot take.
 */
export async function answersOthers(caller: Caller, partner: PartnerTerms): Promise<boolean> {
  try {
    const answer = await postSigned(caller, partner, {
      path: '/exchange/v1/receipts',
      body: JSON.stringify({ protocol: 'xinqiao/1', type: 'FETCH', after: '0', limit: 1 }),
      idempotencyKey: 'probe',
      timeoutMs: PROBE_TIMEOUT_MS,
    });
    return answer.status === 200;
  } catch {
    return false;
  }
}

import type { ReconcileRequest } from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { parseStrictJson } from '../../infra/http/index.ts';
import { postSigned, type Caller } from '../partners/index.ts';
import { invalidAnswer, type Ask } from './descent.ts';

const TIMEOUT_MS = 120_000;

/** What went over the wire: round trips, and bytes of the bodies of questions and answers. */
export type Traffic = { roundTrips: number; bytes: number };

function parseAnswer(body: Buffer): unknown {
  try {
    return parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw invalidAnswer('it is not JSON in UTF-8 that names each member once');
  }
}

/**
 * The questions of one reconciliation to a partner, with a count of what they cost. Asking throws PARTNER_REFUSED,
 * RECONCILE_ANSWER_INVALID and every code of the HTTP client.
 */
export function askPartner(caller: Caller, partner: PartnerTerms): { ask: Ask; traffic: Traffic } {
  const traffic: Traffic = { roundTrips: 0, bytes: 0 };
  const ask = async (request: ReconcileRequest): Promise<unknown> => {
    const body = JSON.stringify(request);
    const answer = await postSigned(caller, partner, {
      path: '/exchange/v1/reconcile',
      body,
      idempotencyKey: `reconcile-${request.type}`,
      timeoutMs: TIMEOUT_MS,
    });
    traffic.roundTrips += 1;
    traffic.bytes += Buffer.byteLength(body) + answer.body.length;
    if (answer.status === 200) return parseAnswer(answer.body);
    throw new HubError(
      'PARTNER_REFUSED',
      'transient',
      `${partner.id} answered ${answer.status} to a reconciliation (${request.type})`,
    );
  };
  return { ask, traffic };
}

import { MAX_PASSED_BACK, type PassedBack } from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { HttpAnswer } from '../../infra/http/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { mayAsk } from '../health/index.ts';
import { postSigned, type Caller } from '../partners/index.ts';
import { signDocument } from '../protocol/index.ts';
import {
  findPassBacks,
  instantOf,
  isProof,
  proofDigest,
  refusePassBack,
  settlePassBacks,
  wordsOf,
  type PassBackDocument,
} from '../word-back/index.ts';

const TIMEOUT_MS = 30_000;
/** Largest body, well below what a partner takes. */
const MAX_BYTES = 600_000;
const REFUSED = new Set([400, 413, 422]);

/** The item as it goes: the proof whole where all of it came from that partner, else our own statement about its part. */
function itemOf(caller: Caller, waiting: PassBackDocument): PassedBack {
  const { holder, via, proof, keys } = waiting;
  const self = caller.directory.hub.id;
  const way = { holder, via: [...via, self] };
  if (keys === null && isProof(proof)) return { ...way, proof };
  const named = keys === null ? null : new Set(keys);
  const records = wordsOf(proof)
    .filter((it) => named === null || named.has(it.key))
    .map(({ key, has, outcome, rule }) => ({ key, v: has.v, hash: has.hash, outcome, rule }));
  const statement = {
    type: 'HOLDING' as const,
    protocol: 'xinqiao/1' as const,
    hub: self,
    holder,
    proofDigest: proof.type === 'HOLDING' ? proof.proofDigest : proofDigest(proof),
    at: instantOf(proof),
    records,
  };
  return { ...way, proof: signDocument(statement, caller.signer) };
}

async function post(caller: Caller, partner: PartnerTerms, items: readonly string[]): Promise<HttpAnswer> {
  return postSigned(caller, partner, {
    path: '/exchange/v1/receipts',
    body: `{"protocol":"xinqiao/1","type":"PASS_BACK","items":[${items.join(',')}]}`,
    idempotencyKey: 'pass-back',
    timeoutMs: TIMEOUT_MS,
  });
}

function codeOf(answer: HttpAnswer): string {
  const found = /"code"\s*:\s*"([A-Z_]{1,60})"/.exec(answer.body.toString('utf8'));
  return found?.[1] ?? 'NO_CODE';
}

/** Sends words; where a partner does not take them together, each goes alone, so that one holds up no other. */
async function send(
  caller: Caller,
  partner: PartnerTerms,
  some: readonly { id: string; text: string }[],
): Promise<void> {
  const answer = await post(
    caller,
    partner,
    some.map((it) => it.text),
  );
  if (answer.status === 200 || answer.status === 204) {
    await settlePassBacks(
      caller.database,
      some.map((it) => it.id),
    );
    return;
  }
  const code = codeOf(answer);
  const [only] = some;
  if (!REFUSED.has(answer.status) || only === undefined) {
    throw new HubError('PARTNER_REFUSED', 'transient', `${partner.id} answered ${answer.status} to receipts`);
  }
  if (some.length > 1) {
    for (const it of some) await send(caller, partner, [it]);
    return;
  }
  await refusePassBack(caller.database, only.id, code);
  const details = { partner: partner.id, passBack: only.id };
  await appendAudit(caller.database, [
    { event: 'PASS_BACK_NOT_TAKEN', actor: partner.id, purpose: null, code, details },
  ]);
}

/**
 * Passes back what waits for a partner, some at a time, until nothing is left or the partner is not to be asked.
 *
 * @throws PARTNER_REFUSED (transient) and every code of the HTTP client; what was not taken waits
 */
export async function sendPassBacks(caller: Caller, partner: PartnerTerms): Promise<void> {
  const { database } = caller;
  while (await mayAsk(database, partner.id)) {
    const waiting = await findPassBacks(database, partner.id, MAX_PASSED_BACK);
    if (waiting.length === 0) return;
    const texts = waiting.map((it) => ({ id: it._id, text: JSON.stringify(itemOf(caller, it)) }));
    let bytes = 0;
    const fitting = texts.filter(
      ({ text }, at) => (bytes += Buffer.byteLength(text)) < MAX_BYTES || at === 0,
    );
    await send(caller, partner, fitting);
  }
}

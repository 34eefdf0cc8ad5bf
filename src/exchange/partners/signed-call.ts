import { randomUUID } from 'node:crypto';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { callHttp, type HttpAnswer } from '../../infra/http/index.ts';
import { signRequest, verifyRequest, type VerifiedSignature } from '../../infra/signing/index.ts';
import { isKeyRevokedAt } from '../protocol/index.ts';
import type { Caller } from './caller.ts';
import { announceKeys, fetchKeys } from './key-exchange.ts';
import { noteNonce } from './nonce-store.ts';
import { SENDER_FIELD } from './sender-field.ts';

const MAX_ANSWER_BYTES = 8 * 1_048_576;

/** A signed POST to a partner. `idempotencyKey` names the message: the same for each attempt. */
export type SignedCall = {
  readonly path: string;
  readonly body: string;
  readonly idempotencyKey: string;
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

async function postOnce(caller: Caller, url: string, call: SignedCall): Promise<HttpAnswer> {
  const body = Buffer.from(call.body, 'utf8');
  const at = Math.floor(caller.database.clock.now().getTime() / 1_000);
  const signed = signRequest(
    { method: 'POST', targetUri: url, body, idempotencyKey: call.idempotencyKey },
    caller.signer,
    { at, nonce: randomUUID() },
  );
  return callHttp({
    method: 'POST',
    url,
    body: new Uint8Array(body),
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      ...call.headers,
      ...signed,
      [SENDER_FIELD]: caller.directory.hub.id,
    },
    timeoutMs: call.timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  });
}

/** What the partner signed in its answer may be by a key that it stated a moment ago, or while we were away. */
async function learnKeys(caller: Caller, partner: PartnerTerms, answer: HttpAnswer): Promise<void> {
  const { directory, database } = caller;
  await directory.refreshKeys(database);
  const known = new Set(directory.keysOf(partner).map((it) => it.id));
  const named = answer.body.toString('utf8').matchAll(/"keyId"\s*:\s*"([^"]+)"/g);
  if (![...named].some(([, id = '']) => !known.has(id))) return;
  await directory.refreshKeys(database, { force: true });
  if (directory.claimKeyFetch(partner)) await fetchKeys(caller, partner);
}

function isUnknownKey(answer: HttpAnswer): boolean {
  return answer.status === 401 && answer.body.toString('utf8').includes('"UNKNOWN_KEY"');
}

/**
 * Posts a JSON body to a partner's hub, signed for this attempt alone. A partner that does not know our key is told our
 * key statements and asked once more, so that a rotation needs nobody to be there at the time.
 *
 * @throws PARTNER_HAS_NO_URL; HTTP_TIMEOUT, HTTP_UNREACHABLE, HTTP_TOO_LARGE
 */
export async function postSigned(
  caller: Caller,
  partner: PartnerTerms,
  call: SignedCall,
): Promise<HttpAnswer> {
  if (partner.url === undefined) {
    throw new HubError('PARTNER_HAS_NO_URL', 'config', `partner ${partner.id} has no url in the hub file`);
  }
  const url = partner.url + call.path;
  const first = await postOnce(caller, url, call);
  const again = isUnknownKey(first) && (await announceKeys(caller, partner));
  const answer = again ? await postOnce(caller, url, call) : first;
  await learnKeys(caller, partner, answer);
  return answer;
}

/** A request as it arrived; `path` with its query. Fields by lower-case name. */
export type ArrivedRequest = {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
  readonly fields: Readonly<Record<string, string | undefined>>;
};

/**
 * Finds out which partner signed a request. The key must be valid at the signature's time, which is at most 300 seconds
 * from ours, and not be revoked by now: a stolen key must not live on by dating its requests back.
 *
 * @param publicUrl configured base URL of this hub, which the signature covers
 * @throws UNKNOWN_PARTNER, NONCE_REPLAYED and every code of {@link verifyRequest}
 */
export async function verifyCaller(
  caller: Caller,
  request: ArrivedRequest,
  publicUrl: string,
): Promise<{ partner: PartnerTerms; idempotencyKey: string; signature: VerifiedSignature }> {
  const { database, directory } = caller;
  const sender = request.fields[SENDER_FIELD];
  if (sender === undefined)
    throw new HubError('SIGNATURE_MISSING', 'refused', `the field ${SENDER_FIELD} is missing`);
  const partner = directory.get(sender);
  const idempotencyKey = request.fields['idempotency-key'] ?? '';
  const nowMs = database.clock.now().getTime();
  const findKey = (keyId: string, at: number) => {
    const key = directory.findKey(partner, keyId, at);
    return key === null || isKeyRevokedAt(key, nowMs) ? null : key;
  };
  const verify = () =>
    verifyRequest(
      { method: request.method, targetUri: publicUrl + request.path, body: request.body, idempotencyKey },
      request.fields,
      { findKey, now: nowMs / 1_000 },
    );
  await directory.refreshKeys(database);
  let verified;
  try {
    verified = verify();
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'UNKNOWN_KEY') throw error;
    await directory.refreshKeys(database, { force: true });
    verified = verify();
  }
  const { nonce, expires } = verified;
  if (!(await noteNonce(database, { partner: partner.id, nonce, expires }))) {
    throw new HubError('NONCE_REPLAYED', 'refused', 'this signature was used before: sign each attempt anew');
  }
  return { partner, idempotencyKey, signature: verified };
}

import { randomUUID } from 'node:crypto';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { callHttp, type HttpAnswer } from '../../infra/http/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { signRequest, verifyRequest, type Signer } from '../../infra/signing/index.ts';
import { noteNonce } from './nonce-store.ts';
import type { PartnerDirectory } from './partner-directory.ts';

/** Field that names the calling hub; the signature's key belongs to it. */
export const SENDER_FIELD = 'xinqiao-sender';
const MAX_ANSWER_BYTES = 8 * 1_048_576;

/** What a signed call needs of the calling hub. */
export type Caller = {
  readonly directory: PartnerDirectory;
  readonly database: HubDatabase;
  readonly signer: Signer;
};

/** A signed POST to a partner. `idempotencyKey` names the message: the same for each attempt. */
export type SignedCall = {
  readonly path: string;
  readonly body: string;
  readonly idempotencyKey: string;
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

/**
 * Posts a JSON body to a partner's hub, signed for this attempt alone.
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

/** A request as it arrived; `path` with its query. Fields by lower-case name. */
export type ArrivedRequest = {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array;
  readonly fields: Readonly<Record<string, string | undefined>>;
};

/**
 * Finds out which partner signed a request.
 *
 * @param publicUrl configured base URL of this hub, which the signature covers
 * @throws UNKNOWN_PARTNER, NONCE_REPLAYED and every code of {@link verifyRequest}
 */
export async function verifyCaller(
  caller: Caller,
  request: ArrivedRequest,
  publicUrl: string,
): Promise<{ partner: PartnerTerms; idempotencyKey: string }> {
  const sender = request.fields[SENDER_FIELD];
  if (sender === undefined)
    throw new HubError('SIGNATURE_MISSING', 'refused', `the field ${SENDER_FIELD} is missing`);
  const partner = caller.directory.get(sender);
  const idempotencyKey = request.fields['idempotency-key'] ?? '';
  const verified = verifyRequest(
    { method: request.method, targetUri: publicUrl + request.path, body: request.body, idempotencyKey },
    request.fields,
    {
      findKey: (keyId, at) => caller.directory.findKey(partner, keyId, at),
      now: caller.database.clock.now().getTime() / 1_000,
    },
  );
  const { nonce, expires } = verified;
  if (!(await noteNonce(caller.database, { partner: partner.id, nonce, expires }))) {
    throw new HubError('NONCE_REPLAYED', 'refused', 'this signature was used before: sign each attempt anew');
  }
  return { partner, idempotencyKey };
}

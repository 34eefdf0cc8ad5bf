import {
  envelopeSchema,
  transportReceiptSchema,
  type Stored,
  type TransportReceipt,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { redactText } from '../../domain/subject/index.ts';
import { retryAfterMs, type HttpAnswer } from '../../infra/http/index.ts';
import { postSigned, type Caller } from '../partners/index.ts';
import { verifyDocument } from '../protocol/index.ts';
import type { EnvelopeDocument } from './delivery.ts';
import { isPlausibleTime } from './receipt-time.ts';

const SEND_TIMEOUT_MS = 30_000;
/** A partner that asks to be left alone for longer is asked again after a day, as after the last step of the schedule. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

/**
 * What one attempt came to.
 *
 * - `receipt`: the partner's word on each record
 * - `refused`: this message will never be taken
 * - `later`: it is being taken in by another attempt; the same body goes again after `afterMs`
 * - `gone`: the partner wants nothing more until a person says so
 * - `away`: the partner cannot be asked at the moment, or does not know us
 * - `failed`: it may be the envelope's fault or the partner's; a connection that broke and a time-out after bytes were
 *   sent are among these, and the same body goes again
 */
export type SendResult =
  | { readonly result: 'receipt'; readonly receipt: Stored<TransportReceipt> }
  | { readonly result: 'refused' | 'gone' | 'failed'; readonly code: string }
  | { readonly result: 'later' | 'away'; readonly code: string; readonly afterMs: number | null };

/** Refusals of this message alone; everything else says something about the partner or the moment. */
const REFUSED = new Set([400, 413, 422]);
/** Answers that say nothing about the message: who we are is not known, the door is not there, or it is too much. */
const AWAY = new Set([401, 403, 404, 429, 503]);

const NO_CODE = 'NO_CODE';

/** Another side's code as it may be kept and logged: short, and no number of a person. */
export function safeCode(code: string, otherwise: string): string {
  return /^[\w.-]{1,40}$/.test(code) && redactText(code).hits === 0 ? code : otherwise;
}

function codeIn(body: Buffer): string {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && 'code' in parsed)
      return safeCode(String(parsed.code), NO_CODE);
  } catch {
    return 'NOT_JSON';
  }
  return NO_CODE;
}

/** Whether a receipt names each record of an envelope once, with the version and content that were sent. */
function namesExactly(receipt: TransportReceipt, envelope: EnvelopeDocument): boolean {
  const nameOf = (it: { key: string; v: number; hash: string }) => `${it.key} ${it.v} ${it.hash}`;
  const sent = envelopeSchema.parse(JSON.parse(envelope.body ?? '')).records.map(nameOf);
  const named = new Set(receipt.records.map(nameOf));
  return receipt.records.length === sent.length && sent.every((it) => named.has(it));
}

/**
 * Checks that a receipt is the partner's own word on exactly this body.
 *
 * @throws RECEIPT_INVALID
 */
export function parseReceipt(
  caller: Caller,
  partner: PartnerTerms,
  answer: { value: unknown; envelope: EnvelopeDocument },
): TransportReceipt {
  const parsed = transportReceiptSchema.safeParse(answer.value);
  const invalid = (why: string) =>
    new HubError('RECEIPT_INVALID', 'transient', `the receipt of ${partner.id} is not usable: ${why}`);
  if (!parsed.success) throw invalid('its form is wrong');
  const receipt = parsed.data;
  if (receipt.envelopeId !== answer.envelope._id) throw invalid('it names another envelope');
  if (receipt.envelopeDigest !== answer.envelope.digest) throw invalid('it names another body');
  if (!namesExactly(receipt, answer.envelope)) throw invalid('it does not name each record once');
  if (receipt.receiver !== partner.id || receipt.sender !== caller.directory.hub.id)
    throw invalid('it names other hubs');
  const span = { opened: answer.envelope.createdAt, now: caller.database.clock.now() };
  if (!isPlausibleTime(receipt.receivedAt, span)) throw invalid('it is of another time than its envelope');
  const at = Date.parse(receipt.receivedAt) / 1_000;
  const key = caller.directory.findKey(partner, receipt.signature.keyId, at);
  if (key === null || !verifyDocument(receipt, key)) throw invalid('its signature does not verify');
  return receipt;
}

/** When an answer was given by its own word: a day in it is of the same clock. */
function saidAt(answer: HttpAnswer): Date {
  const said = Date.parse(answer.headers.get('date') ?? '');
  return new Date(Number.isNaN(said) ? Date.now() : said);
}

/** What an answer that is not 2xx says of an attempt; the same for hubs and for platforms that speak HTTP. */
export function resultOf(answer: HttpAnswer): Exclude<SendResult, { result: 'receipt' }> {
  const code = codeIn(answer.body);
  const asked = retryAfterMs(answer.headers, saidAt(answer));
  const afterMs = asked === null ? null : Math.min(asked, LONGEST_WAIT_MS);
  if (REFUSED.has(answer.status)) return { result: 'refused', code };
  // A request that was doubled on its way: the other copy is being taken in.
  if (code === 'NONCE_REPLAYED') return { result: 'later', code, afterMs: 0 };
  if (AWAY.has(answer.status)) return { result: 'away', code, afterMs };
  if (answer.status === 409) return { result: 'later', code, afterMs };
  return { result: answer.status === 410 ? 'gone' : 'failed', code };
}

/** Sends one envelope once. @param sending `timeoutMs` absent: 30 s */
export async function sendEnvelope(
  caller: Caller,
  partner: PartnerTerms,
  sending: { readonly envelope: EnvelopeDocument; readonly timeoutMs?: number | undefined },
): Promise<SendResult> {
  const { envelope, timeoutMs = SEND_TIMEOUT_MS } = sending;
  try {
    const answer = await postSigned(caller, partner, {
      path: '/exchange/v1/envelopes',
      body: envelope.body ?? '',
      idempotencyKey: envelope._id,
      timeoutMs,
    });
    if (answer.status === 200) {
      const value: unknown = JSON.parse(answer.body.toString('utf8'));
      return { result: 'receipt', receipt: parseReceipt(caller, partner, { value, envelope }) };
    }
    return resultOf(answer);
  } catch (error) {
    return { result: 'failed', code: error instanceof SyntaxError ? 'NOT_JSON' : toHubError(error).code };
  }
}

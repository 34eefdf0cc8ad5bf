import {
  businessReceiptSchema,
  receiptsAnswerSchema,
  type BusinessReceipt,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { applyBusinessOutcome, deliveryId, findEnvelope } from '../delivery/index.ts';
import { postSigned, type Caller } from '../partners/index.ts';
import { verifyDocument } from '../protocol/index.ts';
import { advanceCursor, readCursor } from '../relay/index.ts';

const FETCH_TIMEOUT_MS = 15_000;
const PAGE = 20;

/** Applies a business receipt to the deliveries it speaks of; safe to repeat. @throws RECEIPT_INVALID, RECEIPT_UNKNOWN */
export async function applyBusinessReceipt(
  caller: Caller,
  partner: PartnerTerms,
  value: unknown,
): Promise<void> {
  const parsed = businessReceiptSchema.safeParse(value);
  if (!parsed.success)
    throw new HubError('RECEIPT_INVALID', 'transient', `a business receipt of ${partner.id} is malformed`);
  const receipt: BusinessReceipt = parsed.data;
  const key = caller.directory.findKey(
    partner,
    receipt.signature.keyId,
    Date.parse(receipt.decidedAt) / 1_000,
  );
  const names = receipt.receiver === partner.id && receipt.sender === caller.directory.hub.id;
  if (!names || key === null || !verifyDocument(receipt, key)) {
    throw new HubError('RECEIPT_INVALID', 'transient', `a business receipt of ${partner.id} does not verify`);
  }
  const { envelopeId } = receipt;
  const envelope = await findEnvelope(caller.database, envelopeId);
  if (envelope?.partner !== partner.id || envelope.digest !== receipt.envelopeDigest) {
    throw new HubError('RECEIPT_UNKNOWN', 'refused', `no envelope to ${partner.id} has this id and digest`);
  }
  const groups = Map.groupBy(receipt.records, (it) => `${it.outcome} ${it.rule ?? ''}`);
  const whole = groups.size === 1 && receipt.records.length === envelope.records;
  for (const records of groups.values()) {
    const [first] = records;
    if (first === undefined) continue;
    const move = first.outcome === 'accepted' ? 'accept' : 'reject';
    const ids = whole ? null : records.map((it) => deliveryId(partner.id, it.key, it.v));
    await applyBusinessOutcome(caller.database, { envelope: envelopeId, ids }, { move, rule: first.rule });
  }
}

/** A receipt for an envelope that is not ours has no effect but a note; the ones behind it must not wait for it. */
async function applyOrNote(caller: Caller, partner: PartnerTerms, value: unknown): Promise<void> {
  try {
    await applyBusinessReceipt(caller, partner, value);
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'RECEIPT_UNKNOWN') throw error;
    const { code } = error;
    await appendAudit(caller.database, [
      { event: 'RECEIPT_REFUSED', actor: partner.id, purpose: null, code, details: {} },
    ]);
  }
}

/**
 * Fetches a partner's business receipts from where we stopped. The position is stored after its page, so a crash
 * repeats a page and loses none.
 *
 * @returns receipts applied
 */
export async function collectReceipts(caller: Caller, partner: PartnerTerms): Promise<number> {
  const cursor = `receipts-${partner.id}`;
  let applied = 0;
  for (;;) {
    const after = await readCursor(caller.database, cursor);
    const answer = await postSigned(caller, partner, {
      path: '/exchange/v1/receipts',
      body: JSON.stringify({ protocol: 'xinqiao/1', type: 'FETCH', after: String(after), limit: PAGE }),
      idempotencyKey: `receipts-${after}`,
      timeoutMs: FETCH_TIMEOUT_MS,
    });
    if (answer.status !== 200) {
      throw new HubError(
        'PARTNER_REFUSED',
        'transient',
        `${partner.id} answered ${answer.status} to a fetch of receipts`,
      );
    }
    const page = receiptsAnswerSchema.parse(JSON.parse(answer.body.toString('utf8')));
    for (const receipt of page.receipts) await applyOrNote(caller, partner, receipt);
    applied += page.receipts.length;
    await advanceCursor(caller.database, cursor, Number(page.next));
    if (!page.more) return applied;
  }
}

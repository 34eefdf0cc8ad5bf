import {
  businessReceiptSchema,
  receiptsAnswerSchema,
  type BusinessReceipt,
  type Stored,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import {
  applyBusinessOutcome,
  deliveryId,
  findEnvelope,
  isPlausibleTime,
  type EnvelopeDocument,
} from '../delivery/index.ts';
import { postSigned, type Caller } from '../partners/index.ts';
import { verifyDocument } from '../protocol/index.ts';
import { isProof, isToBeNoted, NEWER_VERSION_KNOWN, noteWord } from '../word-back/index.ts';
import { moveCursor, readCursor } from '../relay/index.ts';

const FETCH_TIMEOUT_MS = 15_000;
const PAGE = 20;

/** A business receipt that was found to be a partner's own word on an envelope of ours. */
export type VerifiedBusinessReceipt = {
  readonly receipt: BusinessReceipt;
  readonly envelope: EnvelopeDocument;
};

/** A business receipt that may be applied: a hub's, verified, or what a platform that signs nothing said. */
export type SaidOfEnvelope = {
  readonly receipt: Stored<BusinessReceipt>;
  readonly envelope: EnvelopeDocument;
};

/** Checks a business receipt, without any effect. @throws RECEIPT_INVALID, RECEIPT_UNKNOWN */
export async function verifyBusinessReceipt(
  caller: Caller,
  partner: PartnerTerms,
  value: unknown,
): Promise<VerifiedBusinessReceipt> {
  const parsed = businessReceiptSchema.safeParse(value);
  if (!parsed.success)
    throw new HubError('RECEIPT_INVALID', 'refused', `a business receipt of ${partner.id} is malformed`);
  const receipt = parsed.data;
  const at = Date.parse(receipt.decidedAt) / 1_000;
  const key = caller.directory.findKey(partner, receipt.signature.keyId, at);
  const names = receipt.receiver === partner.id && receipt.sender === caller.directory.hub.id;
  if (!names || key === null || !verifyDocument(receipt, key)) {
    throw new HubError('RECEIPT_INVALID', 'refused', `a business receipt of ${partner.id} does not verify`);
  }
  const envelope = await findEnvelope(caller.database, receipt.envelopeId);
  if (envelope?.partner !== partner.id || envelope.digest !== receipt.envelopeDigest) {
    throw new HubError('RECEIPT_UNKNOWN', 'refused', `no envelope to ${partner.id} has this id and digest`);
  }
  const span = { opened: envelope.createdAt, now: caller.database.clock.now() };
  if (!isPlausibleTime(receipt.decidedAt, span)) {
    throw new HubError(
      'RECEIPT_INVALID',
      'refused',
      `a business receipt of ${partner.id} is of another time than its envelope`,
    );
  }
  return { receipt, envelope };
}

/** Applies a business receipt to the deliveries it speaks of; safe to repeat. */
export async function applyBusinessReceipt(
  database: HubDatabase,
  partner: string,
  verified: SaidOfEnvelope,
): Promise<void> {
  const { receipt } = verified;
  const groups = Map.groupBy(receipt.records, (it) => `${it.outcome} ${it.rule ?? ''}`);
  const whole = groups.size === 1 && receipt.records.length === verified.envelope.records;
  for (const records of groups.values()) {
    const [first] = records;
    if (first === undefined) continue;
    const refused = first.rule === NEWER_VERSION_KNOWN ? 'rejectTaken' : 'reject';
    const move = first.outcome === 'accepted' ? 'accept' : refused;
    const ids = whole ? null : records.map((it) => deliveryId(partner, it.key, it.v));
    const about = { envelope: receipt.envelopeId, ids };
    await applyBusinessOutcome(database, about, { move, rule: first.rule });
  }
  if ((!isProof(receipt) || saysMore(verified)) && isToBeNoted(receipt, verified.envelope.backTo))
    await noteWord(database, receipt, { via: [], by: partner });
}

/** Whether a business receipt refuses what the transport receipt took, or comes without one. */
function saysMore({ receipt, envelope }: SaidOfEnvelope): boolean {
  if (envelope.receipt === null) return true;
  const taken = new Set(
    envelope.receipt.records.flatMap(({ key, v, disposition }) =>
      disposition === 'stored' || disposition === 'duplicate' ? [`${key} ${v}`] : [],
    ),
  );
  return receipt.records.some((it) => it.outcome === 'refused' && taken.has(`${it.key} ${it.v}`));
}

async function noteRefusal(caller: Caller, partner: PartnerTerms, code: string): Promise<void> {
  await appendAudit(caller.database, [
    { event: 'RECEIPT_REFUSED', actor: partner.id, purpose: null, code, details: {} },
  ]);
}

/** A receipt that is not usable has no effect but a note; the ones behind it must not wait for it. */
async function applyOrNote(caller: Caller, partner: PartnerTerms, value: unknown): Promise<void> {
  try {
    const verified = await verifyBusinessReceipt(caller, partner, value);
    await applyBusinessReceipt(caller.database, partner.id, verified);
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
    await noteRefusal(caller, partner, error.code);
  }
}

type Page = { readonly receipts: readonly unknown[]; readonly next: number; readonly more: boolean };

/** A page that leads on, or nothing: one that names no later place would be asked for without end. */
function pageOf(body: Buffer, after: number): Page | null {
  try {
    const page = receiptsAnswerSchema.parse(JSON.parse(body.toString('utf8')));
    const next = Number(page.next);
    const leadsOn = Number.isSafeInteger(next) && next >= after && (next > after || !page.more);
    return leadsOn ? { ...page, next } : null;
  } catch {
    return null;
  }
}

/**
 * Fetches a partner's business receipts from where we stopped. The position is stored after its page, so a crash
 * repeats a page and loses none.
 *
 * @returns receipts applied
 * @throws PARTNER_REFUSED, RECEIPT_INVALID (transient: the partner is asked again later)
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
    const page = pageOf(answer.body, after);
    if (page === null) {
      await noteRefusal(caller, partner, 'RECEIPT_INVALID');
      throw new HubError('RECEIPT_INVALID', 'transient', `a page of receipts of ${partner.id} is not usable`);
    }
    for (const receipt of page.receipts) await applyOrNote(caller, partner, receipt);
    applied += page.receipts.length;
    const moved = await moveCursor(caller.database, cursor, { from: after, to: page.next });
    if (moved && !page.more) return applied;
  }
}

import type { BusinessReceipt, Stored } from '../../contracts/messages/index.ts';
import type { Platform } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { redactText } from '../../domain/subject/index.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import {
  deliveryId,
  findDeliveries,
  findEnvelope,
  noteTold,
  postponeDeliveries,
  safeCode,
  storeWord,
  type DeliveryDocument,
} from '../delivery/index.ts';
import { applyBusinessReceipt, type SaidOfEnvelope } from '../receipts/index.ts';
import { todayOf, type ExchangeWith } from './exchange-with.ts';
import type { AnswerPage, PlatformAnswer } from './platform-link.ts';
import { findRows, noteAnswered } from './platform-row-store.ts';

const MAX_TEXT = 300;

type Meaning = { readonly means: 'accepted' | 'rejected' | 'retry'; readonly rule: string | null };

/** What an answer means by the manifest; a code it does not name rejects. */
export function meaningOf(answer: PlatformAnswer, platform: Platform): Meaning {
  if (answer.code === null) return { means: 'accepted', rule: null };
  const named = platform.answers.codes[answer.code];
  if (named?.means === 'accepted') return { means: 'accepted', rule: null };
  return { means: named?.means ?? 'rejected', rule: named?.rule ?? 'PLATFORM_REJECTED' };
}

type Matched = {
  readonly answer: PlatformAnswer;
  readonly delivery: DeliveryDocument & { readonly envelope: string };
  readonly meaning: Meaning;
};

async function audit(on: ExchangeWith, code: string, details: object): Promise<void> {
  const event = 'PLATFORM_ANSWER_REFUSED';
  await appendAudit(on.caller.database, [
    { event, actor: on.partner.id, purpose: null, code, details: { ...details } },
  ]);
}

async function match(on: ExchangeWith, page: AnswerPage): Promise<Matched[]> {
  const byId = new Map<string, PlatformAnswer>();
  for (const it of page.answers) {
    const id = deliveryId(on.partner.id, it.key, it.v);
    if (!byId.has(id)) byId.set(id, it);
  }
  const deliveries = await findDeliveries(on.caller.database, [...byId.keys()]);
  const strange = byId.size - deliveries.length + page.unreadable;
  if (strange > 0 && page.again !== true) {
    const message = `${strange} answers of ${on.partner.id} are about no record that was sent there`;
    const unknown = new HubError('PLATFORM_ANSWER_UNKNOWN', 'refused', message);
    on.log.info({ partner: on.partner.id, code: unknown.code }, unknown.message);
    const source = redactText(page.source).text.slice(0, MAX_TEXT);
    await audit(on, unknown.code, { source, answers: strange });
  }
  return deliveries.flatMap((delivery) => {
    const answer = byId.get(delivery._id);
    const { envelope } = delivery;
    if (answer === undefined || envelope === null) return [];
    return [{ answer, delivery: { ...delivery, envelope }, meaning: meaningOf(answer, on.platform) }];
  });
}

/** The platform's word as a business receipt that nobody signed. */
async function receiptOf(
  on: ExchangeWith,
  id: string,
  matched: readonly Matched[],
): Promise<SaidOfEnvelope | null> {
  const envelope = await findEnvelope(on.caller.database, id);
  if (envelope === null) return null;
  const receipt: Stored<BusinessReceipt> = {
    type: 'BUSINESS',
    protocol: 'xinqiao/1',
    envelopeId: id,
    envelopeDigest: envelope.digest ?? '',
    sender: on.caller.directory.hub.id,
    receiver: on.partner.id,
    decidedAt: on.caller.database.clock.now().toISOString(),
    records: matched.map(({ delivery: { key, v, hash }, meaning: { means, rule } }) => ({
      key,
      v,
      hash,
      outcome: means === 'accepted' ? 'accepted' : 'refused',
      rule,
    })),
    signature: null,
  };
  return { receipt, envelope };
}

async function applyWords(on: ExchangeWith, source: string, matched: readonly Matched[]): Promise<void> {
  const { database } = on.caller;
  for (const [envelope, some] of Map.groupBy(matched, (it) => it.delivery.envelope)) {
    const word = await receiptOf(on, envelope, some);
    if (word === null) continue;
    const answer = sha256Hex(`${source} ${JSON.stringify(word.receipt.records)}`);
    await storeWord(database, envelope, { answer, receipt: word.receipt });
    await applyBusinessReceipt(database, on.partner.id, word);
  }
}

/**
 * Applies what a platform said: each answer once, whatever was said before; what is not about a row that we sent has no
 * effect but a note. Safe to repeat.
 *
 * @returns answers that are about rows of ours
 */
export async function takeAnswers(on: ExchangeWith, page: AnswerPage): Promise<number> {
  const { database } = on.caller;
  if (page.fault !== null) {
    const source = redactText(page.source).text.slice(0, MAX_TEXT);
    await audit(on, page.fault, { source });
  }
  const matched = await match(on, page);
  if (matched.length === 0) return 0;
  const against = matched.filter((it) => it.meaning.means !== 'accepted');
  await noteTold(
    database,
    against.map(({ delivery, answer }) => ({
      id: delivery._id,
      code: safeCode(answer.code ?? '', 'PLATFORM_CODE'),
      text: redactText(answer.text).text.slice(0, MAX_TEXT),
    })),
  );
  await applyWords(
    on,
    page.source,
    matched.filter((it) => it.meaning.means !== 'retry'),
  );
  const later = matched.filter((it) => it.meaning.means === 'retry').map((it) => it.delivery._id);
  await postponeDeliveries(database, later, on.platform.answers.retryAfterSeconds * 1_000);
  const rows = await findRows(
    database,
    on.partner.id,
    matched.map((it) => it.answer.key),
  );
  const answered = matched.flatMap(({ answer, meaning }) => {
    const row = rows.get(answer.key);
    return row?.v === answer.v ? [{ row, accepted: meaning.means === 'accepted' }] : [];
  });
  await noteAnswered(database, answered, todayOf(on));
  return matched.length;
}

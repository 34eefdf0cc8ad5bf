import {
  envelopeSchema,
  type BusinessReceipt,
  type Envelope,
  type RecordDisposition,
  type TransportReceipt,
  type Unsigned,
  type WireRecord,
} from '../../contracts/messages/index.ts';
import type { AcceptPartnerRecords } from '../../contracts/doors/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { canonicalJson, sha256Hex, tombstoneReasonOf } from '../../domain/record/index.ts';
import { decideEntitlement } from '../../domain/routing/index.ts';
import { redactText } from '../../domain/subject/index.ts';
import { parseStrictJson } from '../../infra/http/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { whileRenewed } from '../../registry/leases/index.ts';
import type { CountingCaller } from '../partners/index.ts';
import { signDocument } from '../protocol/index.ts';
import { issueReceipt } from '../receipts/index.ts';
import { NEWER_VERSION_KNOWN, notePersons } from '../word-back/index.ts';
import { claimMessage, INBOX_RENEWAL_MS, renewClaim, storeReceipt } from './inbox-store.ts';

/** What taking in a message needs. */
export type TakeIn = { readonly caller: CountingCaller; readonly accept: AcceptPartnerRecords };

function bad(why: string, cause?: unknown): HubError {
  return new HubError('BAD_ENVELOPE', 'refused', `the envelope is malformed: ${why}`, { cause });
}

/** A UUID, or what halving makes of one: chance gives one in a thousand the digits of a telephone number. */
const MADE_AT_RANDOM = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:-[ab])*$/;

/** What the form allows and no receipt could be true of, or must not be noted anywhere. */
function refuseUnreadable(envelope: Envelope): void {
  const versions = new Set(envelope.records.map((it) => `${it.key} ${it.v}`));
  if (versions.size !== envelope.records.length) throw bad('it names one version twice');
  if (!MADE_AT_RANDOM.test(envelope.id) && redactText(envelope.id).hits > 0) {
    throw bad('its id looks like the number of a person: use a UUID');
  }
  for (const [place, { statement }] of envelope.records.entries()) {
    try {
      canonicalJson(statement);
    } catch (cause) {
      throw bad(`records.${place}.statement has no canonical form`, cause);
    }
  }
}

/**
 * Reads an envelope's body.
 *
 * @throws BAD_ENVELOPE with the first faults' places, WRONG_RECEIVER, WRONG_SENDER, ENVELOPE_ID_MISMATCH
 */
export function parseEnvelope(
  body: Uint8Array,
  expected: { sender: string; receiver: string; id: string | null },
): Envelope {
  let value: unknown;
  try {
    value = parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new HubError(
      'BAD_ENVELOPE',
      'refused',
      'the body is not JSON in UTF-8 that names each member once',
      { cause },
    );
  }
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success) {
    const faults = parsed.error.issues.slice(0, 5).map((it) => `${it.path.join('.')}: ${it.message}`);
    throw new HubError('BAD_ENVELOPE', 'refused', `the envelope is malformed: ${faults.join('; ')}`, {
      details: { faults },
    });
  }
  const envelope = parsed.data;
  refuseUnreadable(envelope);
  if (envelope.receiver !== expected.receiver) {
    throw new HubError(
      'WRONG_RECEIVER',
      'refused',
      `the envelope is for ${envelope.receiver}, this is ${expected.receiver}`,
    );
  }
  if (envelope.sender !== expected.sender) {
    throw new HubError(
      'WRONG_SENDER',
      'refused',
      'the envelope names another sender than the one who signed',
    );
  }
  if (expected.id !== null && envelope.id !== expected.id) {
    throw new HubError('ENVELOPE_ID_MISMATCH', 'refused', 'Idempotency-Key is not the id of the envelope');
  }
  return envelope;
}

function refusedDisposition(record: WireRecord): RecordDisposition {
  const { key, v, hash } = record;
  return { key, v, hash, disposition: 'refused', rule: 'NOT_ENTITLED', retryable: false, held: null };
}

async function dispositionsOf(
  work: TakeIn,
  partner: PartnerTerms,
  envelope: Envelope,
): Promise<RecordDisposition[]> {
  const { directory, database } = work.caller;
  const decided = envelope.records.map((record) => ({
    record,
    decision: decideEntitlement({
      record: { ...record, producerRegion: record.producer.region },
      sender: partner.id,
      agreement: partner.sends,
      self: { hub: directory.hub.id },
    }),
  }));
  const strangers = decided.filter((it) => !it.decision.entitled);
  await appendAudit(
    database,
    strangers.map(({ record, decision }) => ({
      event: 'RECORD_REFUSED',
      actor: partner.id,
      purpose: null,
      code: 'NOT_ENTITLED',
      details: { envelope: envelope.id, key: record.key, reason: decision.reason },
    })),
  );
  const entitled = decided.filter((it) => it.decision.entitled).map((it) => it.record);
  const answered = await work.accept(entitled, {
    partner: partner.id,
    messageId: envelope.id,
    sentAt: envelope.sentAt,
  });
  const byVersion = new Map(answered.map((it) => [`${it.key} ${it.v}`, it]));
  const persons = entitled.filter((it) => tombstoneReasonOf(it.statement) === 'PERSON_FOUND');
  const erased = persons.filter((it) => byVersion.get(`${it.key} ${it.v}`)?.rule === null);
  await notePersons(
    database,
    erased.map((it) => it.key),
    partner.id,
  );
  return envelope.records.map((it) => byVersion.get(`${it.key} ${it.v}`) ?? refusedDisposition(it));
}

/** The receiver's own word: a record that is held is accepted; one that was not taken is refused by its rule. */
function businessReceiptOf(receipt: Unsigned<TransportReceipt>): Unsigned<BusinessReceipt> {
  const { envelopeId, envelopeDigest, sender, receiver, receivedAt } = receipt;
  return {
    type: 'BUSINESS',
    protocol: 'xinqiao/1',
    envelopeId,
    envelopeDigest,
    sender,
    receiver,
    decidedAt: receivedAt,
    records: receipt.records.map(({ key, v, hash, disposition, rule }) => {
      const taken = disposition === 'stored' || disposition === 'duplicate';
      return {
        key,
        v,
        hash,
        outcome: taken ? 'accepted' : 'refused',
        rule: taken ? null : (rule ?? NEWER_VERSION_KNOWN),
      };
    }),
  };
}

/**
 * Takes a verified message in: each record gets its end, then both receipts are signed. The same message again is
 * answered with the stored receipt and has no further effect.
 *
 * @param body the bytes that the digest covers
 * @param messageId Idempotency-Key of the request; null for a pulled envelope
 */
export async function takeIn(
  work: TakeIn,
  partner: PartnerTerms,
  message: { body: Uint8Array; messageId: string | null },
): Promise<TransportReceipt> {
  const { database, directory, signer } = work.caller;
  const self = directory.hub.id;
  const envelope = parseEnvelope(message.body, { sender: partner.id, receiver: self, id: message.messageId });
  const digest = sha256Hex(message.body);
  const claim = await claimMessage(database, { partner: partner.id, messageId: envelope.id, digest });
  const { counts } = work.caller;
  if (claim.claim === 'answered') {
    counts.add('duplicate_messages', partner.id);
    return claim.receipt;
  }
  const taken = { partner: partner.id, messageId: envelope.id };
  const records = await whileRenewed(
    { everyMs: INBOX_RENEWAL_MS, renew: () => renewClaim(database, taken, claim.fence) },
    () => dispositionsOf(work, partner, envelope),
  );
  counts.add('duplicate_records', partner.id, records.filter((it) => it.disposition === 'duplicate').length);
  const unsigned: Unsigned<TransportReceipt> = {
    type: 'TRANSPORT',
    protocol: 'xinqiao/1',
    envelopeId: envelope.id,
    envelopeDigest: digest,
    sender: partner.id,
    receiver: self,
    receivedAt: database.clock.now().toISOString(),
    records,
  };
  await issueReceipt(database, signDocument(businessReceiptOf(unsigned), signer));
  const receipt = signDocument(unsigned, signer);
  const stored = await storeReceipt(database, taken, { fence: claim.fence, receipt });
  if (stored.signature.value !== receipt.signature.value) counts.add('stale_fences', partner.id);
  return stored;
}

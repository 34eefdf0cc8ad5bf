import type { z } from 'zod';
import {
  businessReceiptSchema,
  envelopeSchema,
  keyStatementSchema,
  reconciliationStatementSchema,
  runReceiptSchema,
  transportReceiptSchema,
  type GivenKey,
  type ReconciliationStatement,
} from '../../contracts/messages/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { contentHash, sha256Hex } from '../../domain/record/index.ts';
import { findFingerprint, verifyDocument } from '../../infra/signing/index.ts';
import { isKeyValidAt } from './key-validity.ts';
import { parseGivenKeys } from './offline-keys.ts';
import { isEqualStatement, signaturesOf } from './reconciliation-parts.ts';

/** Why a document is not valid. */
export type VerifyReason =
  | 'NOT_JSON'
  | 'MEMBER_TWICE'
  | 'FORM'
  | 'KEY_NOT_GIVEN'
  | 'KEY_NOT_VALID_THEN'
  | 'SIGNATURE'
  | 'CONTENT'
  | 'NO_RECEIPT'
  | 'UNFINISHED';

/** What can be said of one document with public keys alone. */
export type Verdict = {
  /** File, and the place in a bundle. */
  readonly name: string;
  readonly document:
    | 'transport-receipt'
    | 'business-receipt'
    | 'key-statement'
    | 'reconciliation-statement'
    | 'envelope'
    | 'run-receipt'
    | 'unknown';
  readonly valid: boolean;
  readonly reason: VerifyReason | null;
  /** Hub that signed, its key, and that key's fingerprint. */
  readonly signer: string | null;
  readonly keyId: string | null;
  readonly fingerprint: string | null;
  /** The signer's own word on when; the key was valid then. */
  readonly at: string | null;
  /** Set where the key was revoked after `at`: whoever stole it can date a document back. */
  readonly revokedAt: string | null;
  readonly sender: string | null;
  readonly receiver: string | null;
  readonly records: number;
  /** SHA-256 of the envelope that the document is or speaks of. */
  readonly envelopeDigest: string | null;
  /** Of a reconciliation statement: whether both sides held exactly the same. */
  readonly equal: boolean | null;
};

const UNKNOWN: Omit<Verdict, 'name'> = {
  document: 'unknown',
  valid: false,
  reason: 'FORM',
  signer: null,
  keyId: null,
  fingerprint: null,
  at: null,
  revokedAt: null,
  sender: null,
  receiver: null,
  records: 0,
  envelopeDigest: null,
  equal: null,
};

type SignedDocument = z.output<
  | typeof transportReceiptSchema
  | typeof businessReceiptSchema
  | typeof keyStatementSchema
  | typeof runReceiptSchema
>;

function factsOf(
  document: SignedDocument,
): Omit<Verdict, 'name' | 'valid' | 'reason' | 'fingerprint' | 'revokedAt' | 'equal'> {
  const { keyId } = document.signature;
  if (document.type === 'KEY_STATEMENT') {
    const { hub, issuedAt, keys } = document;
    const none = { sender: null, receiver: null, envelopeDigest: null };
    return { document: 'key-statement', signer: hub, keyId, at: issuedAt, records: keys.length, ...none };
  }
  if (document.type === 'RUN') {
    const { hub, endedAt, decision, accepted } = document;
    const none = { sender: null, receiver: null, envelopeDigest: null };
    const at = decision === null || decision.at < endedAt ? endedAt : decision.at;
    return { document: 'run-receipt', signer: hub, keyId, at, records: accepted, ...none };
  }
  const { sender, receiver, envelopeDigest, records } = document;
  const rest = { signer: receiver, keyId, sender, receiver, records: records.length, envelopeDigest };
  return document.type === 'TRANSPORT'
    ? { document: 'transport-receipt', at: document.receivedAt, ...rest }
    : { document: 'business-receipt', at: document.decidedAt, ...rest };
}

function judgeSigned(document: SignedDocument, keys: readonly GivenKey[]): Omit<Verdict, 'name'> {
  const facts = { ...UNKNOWN, ...factsOf(document) };
  const key = keys.find((it) => it.hub === facts.signer && it.id === facts.keyId);
  if (key === undefined) return { ...facts, reason: 'KEY_NOT_GIVEN' };
  const known = { ...facts, fingerprint: findFingerprint(key), revokedAt: key.revokedAt };
  if (!isKeyValidAt(key, Date.parse(facts.at ?? ''))) return { ...known, reason: 'KEY_NOT_VALID_THEN' };
  const valid = verifyDocument(document, key);
  return { ...known, valid, reason: valid ? null : 'SIGNATURE' };
}

/** A statement is valid only by every signature in it; the verdict names the receiver's, which came last. */
function judgeStatement(
  statement: ReconciliationStatement,
  keys: readonly GivenKey[],
): Omit<Verdict, 'name'> {
  const { sender, receiver, owed, held, found } = statement;
  const { keyId } = statement.signatures.seen ?? statement.signatures.held;
  const facts = {
    ...UNKNOWN,
    document: 'reconciliation-statement' as const,
    signer: receiver,
    keyId,
    at: found?.at ?? held.at,
    sender,
    receiver,
    records: owed.count,
    equal: isEqualStatement(statement),
  };
  const signatures = signaturesOf(statement);
  if (signatures === null) return { ...facts, reason: 'UNFINISHED' };
  let known: Omit<Verdict, 'name'> = facts;
  for (const { hub, at, document } of signatures) {
    const key = keys.find((it) => it.hub === hub && it.id === document.signature.keyId);
    if (key === undefined) return { ...known, reason: 'KEY_NOT_GIVEN' };
    known = { ...known, fingerprint: findFingerprint(key), revokedAt: known.revokedAt ?? key.revokedAt };
    if (!isKeyValidAt(key, Date.parse(at))) return { ...known, reason: 'KEY_NOT_VALID_THEN' };
    if (!verifyDocument(document, key)) return { ...known, reason: 'SIGNATURE' };
  }
  return { ...known, valid: true, reason: null };
}

/** Members of every object in a value. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).reduce<number>((sum, it) => sum + countMembers(it), 0);
  return Array.isArray(value) ? inside : inside + Object.keys(value).length;
}

/** A person who reads a name that stands twice may see the other value than the program does. */
function hasMemberTwice(text: string, value: unknown): boolean {
  const names = text.matchAll(/"(?:[^"\\]|\\.)*"\s*(:?)/gs);
  return [...names].filter((it) => it[1] === ':').length !== countMembers(value);
}

const SIGNED = {
  TRANSPORT: transportReceiptSchema,
  BUSINESS: businessReceiptSchema,
  KEY_STATEMENT: keyStatementSchema,
  RUN: runReceiptSchema,
};

/** Half a surrogate pair or endless nesting has no canonical form, so nobody can have signed it. */
function judge(value: unknown, text: string | null, keys: readonly GivenKey[]): Omit<Verdict, 'name'> {
  try {
    return judgeCanonical(value, text, keys);
  } catch (error) {
    if (error instanceof HubError && error.code === 'NOT_CANONICAL') return UNKNOWN;
    throw error;
  }
}

function judgeCanonical(
  value: unknown,
  text: string | null,
  keys: readonly GivenKey[],
): Omit<Verdict, 'name'> {
  if (typeof value !== 'object' || value === null) return UNKNOWN;
  const type = 'type' in value ? value.type : null;
  if (type === 'TRANSPORT' || type === 'BUSINESS' || type === 'KEY_STATEMENT' || type === 'RUN') {
    const parsed = SIGNED[type].safeParse(value);
    return parsed.success ? judgeSigned(parsed.data, keys) : UNKNOWN;
  }
  if (type === 'RECONCILIATION') {
    const parsed = reconciliationStatementSchema.safeParse(value);
    return parsed.success ? judgeStatement(parsed.data, keys) : UNKNOWN;
  }
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success || text === null) return UNKNOWN;
  const { sender, receiver, records } = envelope.data;
  const same = records.every((it) => contentHash(it.statement) === it.hash);
  const facts = { document: 'envelope' as const, sender, receiver, records: records.length };
  return { ...UNKNOWN, ...facts, reason: same ? 'NO_RECEIPT' : 'CONTENT', envelopeDigest: sha256Hex(text) };
}

type Bundle = { readonly receipts: readonly unknown[]; readonly keys?: unknown };

function isBundle(value: unknown): value is Bundle {
  return typeof value === 'object' && value !== null && 'receipts' in value && Array.isArray(value.receipts);
}

/** Keys of a bundle whose fingerprint a person confirmed; the others prove nothing. */
function confirmedKeys(bundle: Bundle, name: string, fingerprints: readonly string[]): GivenKey[] {
  const wanted = new Set(fingerprints.map((it) => it.replaceAll(' ', '').toLowerCase()));
  if (bundle.keys === undefined || wanted.size === 0) return [];
  const keys = parseGivenKeys(bundle.keys, name);
  return keys.filter((it) => wanted.has((findFingerprint(it) ?? '').replaceAll(' ', '')));
}

function verifyText(
  file: { name: string; text: string },
  trust: { keys: readonly GivenKey[]; fingerprints: readonly string[] },
): Verdict[] {
  const { name, text } = file;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [{ ...UNKNOWN, name, reason: 'NOT_JSON' }];
  }
  if (hasMemberTwice(text, value)) return [{ ...UNKNOWN, name, reason: 'MEMBER_TWICE' }];
  if (!isBundle(value)) return [{ name, ...judge(value, text, trust.keys) }];
  const keys = [...trust.keys, ...confirmedKeys(value, name, trust.fingerprints)];
  if (value.receipts.length === 0) return [{ ...UNKNOWN, name }];
  return value.receipts.map((it, place) => ({ name: `${name}#${place}`, ...judge(it, null, keys) }));
}

/** An envelope is not signed itself: it is proven by a valid receipt, given with it, that names exactly its bytes. */
function proveEnvelope(envelope: Verdict, all: readonly Verdict[]): Verdict {
  const receipt = all.find(
    (it) =>
      it.valid &&
      it.envelopeDigest === envelope.envelopeDigest &&
      it.sender === envelope.sender &&
      it.receiver === envelope.receiver,
  );
  if (receipt === undefined) return envelope;
  const { signer, keyId, fingerprint, at, revokedAt } = receipt;
  return { ...envelope, valid: true, reason: null, signer, keyId, fingerprint, at, revokedAt };
}

/**
 * Judges documents with nothing but public keys: receipts, key statements, reconciliation statements, envelopes, and bundles
 * `{ "receipts": […], "keys": […] }`. The keys inside a bundle count only where their fingerprint is given: whoever made
 * the bundle made them too.
 *
 * @param files texts exactly as they were stored; the digest of an envelope covers every byte
 * @throws BAD_KEYS_FILE for keys of a bundle that are none
 */
export function verifyOffline(
  files: readonly { name: string; text: string }[],
  trust: { keys: readonly GivenKey[]; fingerprints: readonly string[] },
): Verdict[] {
  const verdicts = files.flatMap((file) => verifyText(file, trust));
  return verdicts.map((it) => (it.reason === 'NO_RECEIPT' ? proveEnvelope(it, verdicts) : it));
}

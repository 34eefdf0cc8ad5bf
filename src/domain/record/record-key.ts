import { HubError } from '../hub-error.ts';
import { canonicalJson, contentHash, sha256Hex } from './canonical-json.ts';
import type { Statement } from './json.ts';
import type { RecordKind } from './kinds.ts';

/** What makes two statements the same record. */
export type RecordIdentity = {
  readonly kind: RecordKind;
  /** Unified social credit code of the producing authority. */
  readonly producer: string;
  /** Unified social credit code of the subject. */
  readonly subject: string;
  /** Identity fields of the dataset with their canonical values: document number and day, or scheme and period. */
  readonly identity: Readonly<Record<string, string>>;
};

/**
 * Record key: SHA-256 over kind, producer, subject and identity fields, 64 lower-case hexadecimal digits; the
 * same on every hub, and telling nothing about what it names.
 *
 * @throws BAD_IDENTITY when no identity field is given or one of them is empty
 */
export function recordKey(record: RecordIdentity): string {
  const { kind, producer, subject } = record;
  const identity = Object.entries(record.identity).map(([name, value]) => [name, value.trim()] as const);
  const empty = identity.find(([, value]) => value === '');
  if (identity.length === 0 || empty !== undefined) {
    const field = empty?.[0] ?? null;
    throw new HubError(
      'BAD_IDENTITY',
      'refused',
      `no key for a ${kind}: identity field ${field ?? ''} is empty`,
      {
        details: { kind, field },
      },
    );
  }
  return sha256Hex(canonicalJson({ kind, producer, subject, identity: Object.fromEntries(identity) }));
}

/** Why a record was taken back. */
export const TOMBSTONE_REASONS = ['WITHDRAWN', 'REKEYED', 'NO_LONGER_ENTITLED', 'PERSON_FOUND'] as const;
/** One word of {@link TOMBSTONE_REASONS}. */
export type TombstoneReason = (typeof TOMBSTONE_REASONS)[number];

/**
 * The statement of a withdrawal: it says that and why, and repeats nothing of the record.
 *
 * @param end `replacedBy` is the key of the record that stands in its place, for `REKEYED`
 */
export function tombstoneStatement(end: {
  readonly reason: TombstoneReason;
  readonly replacedBy?: string | null | undefined;
}): Statement {
  return { withdrawn: true, reason: end.reason, replacedBy: end.replacedBy ?? null };
}

/** Whether a statement is that of a withdrawal. */
export function isTombstone(statement: Statement): boolean {
  return statement['withdrawn'] === true && TOMBSTONE_REASONS.some((it) => it === statement['reason']);
}

/** Why the withdrawal that a statement is was made; null for any other statement. */
export function tombstoneReasonOf(statement: Statement): TombstoneReason | null {
  return isTombstone(statement) ? (statement['reason'] as TombstoneReason) : null;
}

/** Content hash of a withdrawal that names no other record. The same for every record: it tells nothing of one. */
export function tombstoneHash(reason: TombstoneReason): string {
  return contentHash(tombstoneStatement({ reason }));
}

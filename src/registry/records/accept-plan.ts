import { contentHash, tombstoneReasonOf, tombstoneStatement } from '../../domain/record/index.ts';
import type { AcceptOutcome, Candidate, RecordDocument, RecordVersion } from './record.ts';

/** A version to be appended to a document that stands at `expectedV`. */
export type Append = {
  readonly key: string;
  readonly expectedV: number;
  readonly expectedHash: string;
  readonly version: Omit<RecordVersion, 'knownFrom' | 'knownUntil'>;
  readonly decidedOn: string;
  readonly ownerRow: string | null;
  /** Set where the record was opened by a withdrawal that names no subject. */
  readonly subject: Candidate['subject'] | null;
  /** Milliseconds after the database's time: a version that replaces another stands behind its withdrawal. */
  readonly afterMs: number;
};

/** Distance of a replacing version from the withdrawal of the replaced one. */
export const BEHIND_MS = 1;

/** What one candidate does: an insert, appends, and the answer once they are committed. */
export type AcceptPlan = {
  readonly insert: Candidate | null;
  readonly appends: readonly Append[];
  readonly outcome: AcceptOutcome;
};

/** What the store holds that a candidate may touch. */
export type Held = {
  /** The record under the candidate's key. */
  readonly record: RecordDocument | null;
  /** The record that the same source row brought before: living, or withdrawn in favour of the candidate's key. */
  readonly formerOfRow: RecordDocument | null;
};

/** The version that a candidate would become. */
export function versionOf(candidate: Candidate, v: number, now: Date): Append['version'] {
  return {
    v,
    operation: candidate.operation,
    acceptedAt: candidate.acceptedAt ?? now,
    validFrom: candidate.validFrom,
    validUntil: candidate.validUntil,
    datasetVersion: candidate.datasetVersion,
    hash: candidate.hash,
    via: [...candidate.via],
    receivedFrom: candidate.receivedFrom,
    disclosure: candidate.disclosure,
    provenance: candidate.provenance,
    statement: candidate.statement,
  };
}

function newest<T>(record: { readonly _id: string; readonly versions: readonly T[] }): T {
  const last = record.versions.at(-1);
  if (last === undefined) throw new TypeError(`record ${record._id} has no version`);
  return last;
}

/** The withdrawal of a record whose source row now yields another key. */
function rekeyed(former: RecordDocument, candidate: Candidate, now: Date): Append {
  const statement = tombstoneStatement({ reason: 'REKEYED', replacedBy: candidate.key });
  const tombstone: Candidate = {
    ...candidate,
    key: former._id,
    operation: 'WITHDRAW',
    statement,
    hash: contentHash(statement),
    validFrom: null,
    validUntil: null,
    replaces: null,
  };
  return {
    key: former._id,
    expectedV: former.head.v,
    expectedHash: former.head.hash,
    subject: null,
    version: versionOf(tombstone, former.head.v + 1, now),
    decidedOn: former.head.decidedOn,
    ownerRow: former.ownerRow,
    afterMs: 0,
  };
}

function append(record: RecordDocument, candidate: Candidate, v: number, now: Date): Append {
  const { subject } = candidate;
  return {
    key: record._id,
    expectedV: record.head.v,
    expectedHash: record.head.hash,
    subject: candidate.operation === 'WITHDRAW' || subject.uscc === record.subject ? null : subject,
    version: versionOf(candidate, v, now),
    decidedOn: candidate.decidedOn,
    ownerRow: candidate.ownerRow ?? record.ownerRow,
    afterMs: 0,
  };
}

const nothing = (outcome: AcceptOutcome): AcceptPlan => ({ insert: null, appends: [], outcome });

/** Whether a person was found in the record: nothing brings it back. */
function isErased(record: RecordDocument): boolean {
  return tombstoneReasonOf(newest(record).statement) === 'PERSON_FOUND';
}

/**
 * Whether a partner takes back the very version it sent, because we are no longer entitled to it, or gives it again.
 * Of the two words on one version the one that it packed later stands, however they arrive.
 */
function isTakenBackOrGivenAgain(candidate: Candidate, v: number, record: RecordDocument): boolean {
  const last = newest(record);
  if (v !== last.v || candidate.hash === last.hash) return false;
  const words = [candidate.statement, last.statement].map((it) => tombstoneReasonOf(it));
  const oneTakesBack = words.filter((it) => it === 'NO_LONGER_ENTITLED').length === 1;
  const later = (candidate.provenance.sentAt ?? '') > (last.provenance.sentAt ?? '');
  return oneTakesBack && words.includes(null) && later && candidate.receivedFrom === last.receivedFrom;
}

/** A partner's version carries its number: the highest is kept, the rest is answered with what is held. */
function planNumbered(candidate: Candidate, v: number, record: RecordDocument, now: Date): AcceptPlan {
  const { head } = record;
  if (isErased(record) && candidate.operation !== 'WITHDRAW')
    return nothing({ outcome: 'person-found-before' });
  if (record.origin !== candidate.origin) return nothing({ outcome: 'key-of-other-source' });
  const ofMessage = record.versions.find(
    (it) =>
      it.v === v && it.hash === candidate.hash && it.provenance.message === candidate.provenance.message,
  );
  if (ofMessage !== undefined) return nothing({ outcome: 'unchanged', v, sameMessage: true });
  if (isTakenBackOrGivenAgain(candidate, v, record)) {
    const outcome = candidate.operation === 'WITHDRAW' ? 'withdrawn' : 'corrected';
    return { insert: null, appends: [append(record, candidate, v, now)], outcome: { outcome, v } };
  }
  if (v > head.v) {
    const outcome = candidate.operation === 'WITHDRAW' ? 'withdrawn' : 'corrected';
    return { insert: null, appends: [append(record, candidate, v, now)], outcome: { outcome, v } };
  }
  if (v === head.v && candidate.hash === head.hash)
    return nothing({ outcome: 'unchanged', v, sameMessage: false });
  return nothing({ outcome: v === head.v ? 'conflict' : 'stale', held: { v: head.v, hash: head.hash } });
}

/** Who may see a version is no part of its content hash, and still makes a version of its own when it changes. */
function isDisclosedAlike(held: RecordVersion, { disclosure }: Candidate): boolean {
  return held.disclosure.class === disclosure.class && held.disclosure.publishable === disclosure.publishable;
}

/** A department's row: this hub is the origin and counts the versions. */
function planCounted(candidate: Candidate, record: RecordDocument, now: Date): AcceptPlan {
  const { head } = record;
  const withdrawn = head.operation === 'WITHDRAW';
  const unchanged = nothing({ outcome: 'unchanged', v: head.v, sameMessage: false });
  if (isErased(record)) {
    return candidate.operation === 'WITHDRAW' ? unchanged : nothing({ outcome: 'person-found-before' });
  }
  if (candidate.operation === 'WITHDRAW') {
    if (record.owner !== candidate.owner) return nothing({ outcome: 'key-of-other-source' });
    if (withdrawn) return unchanged;
    const tombstone = append(record, candidate, head.v + 1, now);
    return { insert: null, appends: [tombstone], outcome: { outcome: 'withdrawn', v: head.v + 1 } };
  }
  const strange = record.owner !== candidate.owner;
  if (head.hash === candidate.hash && (strange || isDisclosedAlike(newest(record), candidate))) {
    // Each key comes once a run: a version of this very run is this candidate's own, whose answer was lost.
    const own =
      record.owner === candidate.owner && newest(record).provenance.run === candidate.provenance.run;
    return own ? nothing({ outcome: head.v === 1 ? 'created' : 'corrected', v: head.v }) : unchanged;
  }
  if (record.owner !== candidate.owner) return nothing({ outcome: 'key-of-other-source' });
  const operation = withdrawn ? 'UPSERT' : 'CORRECT';
  const version = append(record, { ...candidate, operation }, head.v + 1, now);
  return { insert: null, appends: [version], outcome: { outcome: 'corrected', v: head.v + 1 } };
}

/**
 * Decides what a candidate does to what is held. Pure, and idempotent: planned again after its own effect it
 * does nothing.
 *
 * A source row that now yields another key withdraws the record it brought before (`REKEYED`), so that a
 * corrected document number leaves no second record alive.
 *
 * @see the design of delivery, "Keys" and "Order per record key"
 */
export function planAccept(candidate: Candidate, held: Held, now: Date): AcceptPlan {
  const { record, formerOfRow } = held;
  const former = formerOfRow !== null && formerOfRow._id !== candidate.key ? formerOfRow : null;
  if (record === null) {
    const local = candidate.v === null;
    if (local && candidate.operation === 'WITHDRAW') {
      const known = former !== null && former.head.operation !== 'WITHDRAW';
      return known
        ? withdrawFormer(former, candidate, now)
        : nothing({ outcome: 'unchanged', v: 0, sameMessage: false });
    }
    if (former === null)
      return { insert: candidate, appends: [], outcome: { outcome: 'created', v: candidate.v ?? 1 } };
    return {
      insert: { ...candidate, replaces: former._id },
      appends: former.head.operation === 'WITHDRAW' ? [] : [rekeyed(former, candidate, now)],
      outcome: { outcome: 'corrected', v: 1 },
    };
  }
  if (candidate.v !== null) return planNumbered(candidate, candidate.v, record, now);
  return withFormer(planCounted(candidate, record, now), former, { candidate, v: record.head.v, now });
}

/** A counted plan, with the withdrawal of the record that the same row brought before, where that is still alive. */
function withFormer(
  plan: AcceptPlan,
  former: RecordDocument | null,
  of: { candidate: Candidate; v: number; now: Date },
): AcceptPlan {
  const { outcome } = plan.outcome;
  const settled = former === null || former.head.operation === 'WITHDRAW';
  if (settled || outcome === 'key-of-other-source' || outcome === 'person-found-before') return plan;
  return {
    insert: null,
    appends: [
      rekeyed(former, of.candidate, of.now),
      ...plan.appends.map((it) => ({ ...it, afterMs: BEHIND_MS })),
    ],
    outcome: {
      outcome: of.candidate.operation === 'WITHDRAW' ? 'withdrawn' : 'corrected',
      v: plan.appends.at(-1)?.version.v ?? of.v,
    },
  };
}

/** A row that was corrected and withdrawn between two reads withdraws the record known under its former key. */
function withdrawFormer(former: RecordDocument, candidate: Candidate, now: Date): AcceptPlan {
  const v = former.head.v + 1;
  const withdrawal = { ...append(former, candidate, v, now), decidedOn: former.head.decidedOn };
  return { insert: null, appends: [withdrawal], outcome: { outcome: 'withdrawn', v } };
}

/** The document that a first version opens. */
export function documentOf(candidate: Candidate, now: Date): RecordDocument {
  const version = { ...versionOf(candidate, candidate.v ?? 1, now), knownFrom: now, knownUntil: null };
  return {
    _id: candidate.key,
    kind: candidate.kind,
    dataset: candidate.dataset,
    itemCode: candidate.itemCode,
    subject: candidate.subject.uscc,
    subjectName: candidate.subject.name,
    producer: candidate.producer,
    origin: candidate.origin,
    owner: candidate.owner,
    ownerRow: candidate.ownerRow,
    replaces: candidate.replaces,
    head: headOf(version, candidate.decidedOn),
    versions: [version],
    outbox: [{ v: version.v, at: now }],
  };
}

/** The facts of a version that stand at the top of its document. */
export function headOf(version: Append['version'], decidedOn: string): RecordDocument['head'] {
  return {
    v: version.v,
    hash: version.hash,
    operation: version.operation,
    decidedOn,
    validUntil: version.validUntil,
  };
}

/** The version in force now, withdrawn or not. */
export function newestVersion<T>(record: { readonly _id: string; readonly versions: readonly T[] }): T {
  return newest(record);
}

import type { WireRecord } from '../../contracts/messages/index.ts';
import { tombstoneHash, tombstoneReasonOf, tombstoneStatement } from '../../domain/record/index.ts';
import type { RecordDocument, RecordVersion } from '../../registry/records/index.ts';

/** The last version of this number: a partner may have taken it back, or given it again. */
function versionOf(record: RecordDocument, v: number): RecordVersion | null {
  return record.versions.findLast((it) => it.v === v) ?? null;
}

/**
 * A withdrawal with nothing but what leads it on: key, version, kind, dataset and the authority, which also stands
 * where the subject would be. The class keeps it from everybody who holds nothing.
 */
function bareWithdrawal(
  record: RecordDocument,
  version: RecordVersion,
  word: { reason: 'NO_LONGER_ENTITLED' | 'PERSON_FOUND'; self: string },
): WireRecord {
  const { producer } = record;
  const { provenance, acceptedAt } = version;
  return {
    key: record._id,
    v: version.v,
    hash: tombstoneHash(word.reason),
    operation: 'WITHDRAW',
    kind: record.kind,
    dataset: `${record.dataset}@${version.datasetVersion}`,
    itemCode: record.itemCode,
    subject: { uscc: producer.uscc, name: producer.name },
    producer,
    origin: record.origin,
    via: [...version.via, word.self],
    disclosure: { class: 'RESTRICTED', publishable: false, reason: null },
    acceptedAt: acceptedAt.toISOString(),
    decidedOn: '1970-01-01',
    validFrom: null,
    validUntil: null,
    provenance: {
      source: word.self,
      run: word.reason,
      ruleVersion: provenance.ruleVersion,
      legalBasis: provenance.legalBasis,
    },
    replaces: null,
    statement: tombstoneStatement({ reason: word.reason }),
  };
}

/** The withdrawal of the key that goes to a holder in the place of a version to which it is not entitled. */
export function wireWithdrawalOf(record: RecordDocument, v: number, self: string): WireRecord | null {
  const version = versionOf(record, v);
  return version === null ? null : bareWithdrawal(record, version, { reason: 'NO_LONGER_ENTITLED', self });
}

/**
 * One version as it goes over the wire: the route grows by this hub. Null when the record has no such version, or no
 * longer what it said.
 */
export function wireRecordOf(record: RecordDocument, v: number, self: string): WireRecord | null {
  const version = versionOf(record, v);
  if (version === null || version.erased === true) return null;
  const reason = tombstoneReasonOf(version.statement);
  if (reason === 'NO_LONGER_ENTITLED' || reason === 'PERSON_FOUND')
    return bareWithdrawal(record, version, { reason, self });
  const { provenance } = version;
  return {
    key: record._id,
    v,
    hash: version.hash,
    operation: version.operation,
    kind: record.kind,
    dataset: `${record.dataset}@${version.datasetVersion}`,
    itemCode: record.itemCode,
    subject: { uscc: record.subject, name: record.subjectName },
    producer: record.producer,
    origin: record.origin,
    via: [...version.via, self],
    disclosure: version.disclosure,
    acceptedAt: version.acceptedAt.toISOString(),
    decidedOn: record.head.decidedOn,
    validFrom: version.validFrom,
    validUntil: version.validUntil,
    provenance: {
      source: provenance.source,
      run: provenance.run,
      ruleVersion: provenance.ruleVersion,
      legalBasis: provenance.legalBasis,
    },
    replaces: record.replaces,
    statement: version.statement,
  };
}

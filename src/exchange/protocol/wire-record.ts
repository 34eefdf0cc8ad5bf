import type { WireRecord } from '../../contracts/messages/index.ts';
import type { RecordDocument } from '../../registry/records/index.ts';

/** One version as it goes over the wire: the route grows by this hub. Null when the record has no such version. */
export function wireRecordOf(record: RecordDocument, v: number, self: string): WireRecord | null {
  const version = record.versions.find((it) => it.v === v);
  if (version === undefined) return null;
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

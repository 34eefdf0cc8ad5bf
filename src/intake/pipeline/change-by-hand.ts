import { contentHash, tombstoneStatement } from '../../domain/record/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import {
  acceptBatch,
  MAX_ACCEPT_BATCH,
  newestVersion,
  type AcceptOutcome,
  type Candidate,
  type RecordDocument,
  type RecordVersion,
} from '../../registry/records/index.ts';
import { projectCandidates } from './subject-cache.ts';

/** A version that a person's decision makes, not a row: the record as it stands, by another word. */
function candidateOf(
  record: RecordDocument,
  from: RecordVersion,
  of: Pick<Candidate, 'operation' | 'statement' | 'validFrom' | 'validUntil'> & { run: string },
): Candidate {
  const { run, ...content } = of;
  const { _id: key, kind, dataset, itemCode, producer, origin, owner } = record;
  const { decidedOn } = of.statement;
  return {
    ...{ key, kind, dataset, itemCode, producer, origin, owner, ...content },
    datasetVersion: from.datasetVersion,
    subject: { uscc: record.subject, name: record.subjectName },
    via: [],
    receivedFrom: null,
    // The row's name stays with the record; no other record of the row is looked for.
    ownerRow: null,
    v: null,
    hash: contentHash(of.statement),
    decidedOn: typeof decidedOn === 'string' ? decidedOn : record.head.decidedOn,
    disclosure: from.disclosure,
    provenance: { ...from.provenance, run, message: null },
    acceptedAt: null,
    replaces: null,
  };
}

/** The withdrawal of a record by a decision. @param run names the decision in the version's provenance */
export function withdrawalOf(record: RecordDocument, run: string): Candidate {
  const statement = tombstoneStatement({ reason: 'WITHDRAWN' });
  const none = { validFrom: null, validUntil: null };
  return candidateOf(record, newestVersion(record), { operation: 'WITHDRAW', statement, ...none, run });
}

/** A former version of a record, as a new one. @param run names the decision in the version's provenance */
export function reissueOfVersion(record: RecordDocument, version: RecordVersion, run: string): Candidate {
  const { statement, validFrom, validUntil } = version;
  return candidateOf(record, version, { operation: 'UPSERT', statement, validFrom, validUntil, run });
}

/** Accepts versions that a decision makes. @returns keys and what became of each */
export async function acceptByHand(
  database: HubDatabase,
  candidates: readonly Candidate[],
): Promise<{ readonly key: string; readonly outcome: AcceptOutcome['outcome'] }[]> {
  const ends: { key: string; outcome: AcceptOutcome['outcome'] }[] = [];
  for (let from = 0; from < candidates.length; from += MAX_ACCEPT_BATCH) {
    const some = candidates.slice(from, from + MAX_ACCEPT_BATCH);
    const outcomes = await acceptBatch(database, some);
    some.forEach(({ key }, place) => {
      const outcome = outcomes[place]?.outcome;
      if (outcome !== undefined) ends.push({ key, outcome });
    });
    await projectCandidates(database, some, some[0]?.provenance.source ?? '');
  }
  return ends;
}

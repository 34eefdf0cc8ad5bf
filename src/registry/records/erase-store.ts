import { contentHash, tombstoneReasonOf, tombstoneStatement } from '../../domain/record/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { newestVersion, versionOf } from './accept-plan.ts';
import { findRecord } from './record-reader-store.ts';
import { appendOperation } from './record-store.ts';
import { recordModel } from './record.model.ts';
import type { Candidate, RecordDocument, RecordVersion } from './record.ts';

const MAX_ROUNDS = 8;

function contended(key: string): HubError {
  return new HubError('ACCEPT_CONTENDED', 'transient', `record ${key} kept moving: try again`);
}

/** The candidate that takes a record back because a person was found in it; it says nothing of either. */
function personFound(record: RecordDocument): Candidate {
  const { _id, kind, dataset, itemCode, producer, origin, owner, head } = record;
  const { datasetVersion, provenance, via, receivedFrom } = newestVersion(record);
  const statement = tombstoneStatement({ reason: 'PERSON_FOUND' });
  const { source, run, ruleVersion, legalBasis } = provenance;
  return {
    ...{ key: _id, kind, dataset, datasetVersion, itemCode, producer, origin, owner, via, receivedFrom },
    subject: { uscc: producer.uscc, name: producer.name },
    ownerRow: null,
    operation: 'WITHDRAW',
    v: head.v + 1,
    statement,
    hash: contentHash(statement),
    decidedOn: head.decidedOn,
    validFrom: null,
    validUntil: null,
    disclosure: { class: 'RESTRICTED', publishable: false, reason: null },
    provenance: { source, run, ruleVersion, legalBasis, row: null, message: null },
    acceptedAt: null,
    replaces: null,
  };
}

/**
 * Takes a record of this hub back because a person was found in it: one version more, with its outbox entry. Done
 * again it does nothing.
 *
 * @returns version number of the withdrawal; null where there is no such record
 * @throws ACCEPT_CONTENDED
 */
export async function withdrawPerson(database: HubDatabase, key: string): Promise<number | null> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const record = await findRecord(database, key);
    if (record === null) return null;
    const { head } = record;
    if (tombstoneReasonOf(newestVersion(record).statement) === 'PERSON_FOUND') return head.v;
    const version = versionOf(personFound(record), head.v + 1, database.clock.now());
    const append = {
      ...{ key, expectedV: head.v, expectedHash: head.hash, version, subject: null },
      ...{ decidedOn: head.decidedOn, ownerRow: null, afterMs: 0 },
    };
    const { modifiedCount } = await recordModel.in(database).bulkWrite([appendOperation(append)]);
    if (modifiedCount === 1) return version.v;
  }
  throw contended(key);
}

function erased(version: RecordVersion): RecordVersion {
  if (tombstoneReasonOf(version.statement) === 'PERSON_FOUND') return version;
  return {
    ...version,
    validFrom: null,
    validUntil: null,
    disclosure: { ...version.disclosure, reason: null },
    provenance: { ...version.provenance, row: null },
    statement: {},
    erased: true,
  };
}

/**
 * Erases a record that was taken back because a person was found in it: statements, subject, day and row names. Key,
 * version numbers and digests stay, so that it is known again. Done again it does nothing.
 *
 * @throws ACCEPT_CONTENDED
 */
export async function eraseRecord(database: HubDatabase, key: string): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const record = await findRecord(database, key);
    if (record === null || tombstoneReasonOf(newestVersion(record).statement) !== 'PERSON_FOUND') return;
    const { producer, head, versions } = record;
    const { matchedCount } = await recordModel.in(database).updateOne(
      { _id: key, 'head.v': head.v, 'head.hash': head.hash },
      {
        $set: {
          subject: producer.uscc,
          subjectName: producer.name,
          ownerRow: null,
          replaces: null,
          'head.decidedOn': '1970-01-01',
          'head.validUntil': null,
          versions: versions.map(erased),
        },
      },
    );
    if (matchedCount === 1) return;
  }
  throw contended(key);
}

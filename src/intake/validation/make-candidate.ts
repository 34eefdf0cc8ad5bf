import type { Dataset, HubFile } from '../../contracts/manifests/index.ts';
import { contentHash, recordKey, tombstoneStatement, type Statement } from '../../domain/record/index.ts';
import type { Candidate } from '../../registry/records/index.ts';
import type { LoadedConnector } from '../connectors/index.ts';
import type { Values } from './assess-values.ts';

/** A row that passed every check. */
export type SoundRow = {
  readonly subject: Candidate['subject'];
  readonly values: Values;
  readonly rowId: string;
  readonly withdrawn: boolean;
};

/** What all rows of a run have in common. */
export type CandidateParts = {
  readonly connector: LoadedConnector;
  readonly dataset: Dataset;
  readonly hub: Pick<HubFile, 'id'>;
  readonly run: string;
  readonly ruleVersion: string;
};

/** The field that says in whose name a row speaks. */
export const PRODUCER_FIELD = 'authorityCode';

/** The authority that a row speaks for: the owner, or one of those that the manifest names; null for any other. */
export function producerOf(connector: LoadedConnector, values: Values): Candidate['producer'] | null {
  const { owner } = connector.metadata;
  const code = values[PRODUCER_FIELD];
  if (typeof code !== 'string' || code === '' || code === owner.uscc) return owner;
  return connector.producers.find((it) => it.uscc === code) ?? null;
}

/** Makes what may become a version of a record out of a sound row. */
export function makeCandidate(sound: SoundRow, parts: CandidateParts): Candidate {
  const { subject, values, rowId, withdrawn } = sound;
  const { connector, dataset, hub, run, ruleVersion } = parts;
  const { metadata, sync } = connector;
  const producer = producerOf(connector, values) ?? metadata.owner;
  const statement: Statement = withdrawn ? tombstoneStatement({ reason: 'WITHDRAWN' }) : { ...values };
  const text = (name: string): string => {
    const value = values[name];
    return typeof value === 'string' ? value : '';
  };
  const owner = `connector:${metadata.id}`;
  return {
    key: recordKey({
      kind: dataset.recordKind,
      producer: producer.uscc,
      subject: subject.uscc,
      identity: Object.fromEntries(dataset.identity.map((it) => [it, text(it)])),
    }),
    kind: dataset.recordKind,
    dataset: dataset.name,
    datasetVersion: dataset.version,
    itemCode: dataset.catalogueItem,
    subject,
    producer,
    origin: hub.id,
    via: [],
    receivedFrom: null,
    owner,
    ownerRow: sync.key === undefined ? null : `${owner}|${rowId}`,
    operation: withdrawn ? 'WITHDRAW' : 'UPSERT',
    v: null,
    statement,
    hash: contentHash(statement),
    decidedOn: text('decidedOn'),
    validFrom: withdrawn ? null : text('validFrom') || text('decidedOn'),
    validUntil: withdrawn ? null : text(dataset.expiresOn),
    disclosure: { class: metadata.disclosure ?? dataset.disclosure, publishable: true, reason: null },
    provenance: {
      source: metadata.id,
      run,
      row: rowId,
      ruleVersion,
      legalBasis: metadata.legalBasis,
      message: null,
    },
    acceptedAt: null,
    replaces: null,
  };
}

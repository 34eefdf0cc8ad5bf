import type { Dataset, DatasetField } from '../../contracts/manifests/index.ts';
import { PUBLIC_SCOPE, scopeOf } from '../shared/index.ts';

/** Kinds whose results can have effect for an asker under an agreement. */
const RECOGNISABLE: ReadonlySet<string> = new Set(['EVALUATION', 'LIST_ENTRY', 'COMMENDATION']);

const SDL_TYPE: Readonly<Record<DatasetField['type'], string>> = {
  text: 'String',
  date: 'Date',
  money: 'Decimal',
  code: 'String',
  codes: '[String!]',
  uscc: 'USCC',
  boolean: 'Boolean',
  integer: 'Int',
};

/** Field names that every record type has; a dataset's own field of the same name gives way to them. */
const BASE_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'version',
  'producer',
  'disclosure',
  'decidedOn',
  'validFrom',
  'validUntil',
  'legalBasis',
  'provenance',
  'recognition',
]);

/** Subgraph name of a dataset. */
export function subgraphNameOf(dataset: Pick<Dataset, 'name'>): string {
  return `ds_${dataset.name}`;
}

/** Whether results of this dataset are decided on for an asker. */
export function isRecognisable(dataset: Pick<Dataset, 'recordKind'>): boolean {
  return RECOGNISABLE.has(dataset.recordKind);
}

/** The fields of a dataset that its record type adds to the base ones. */
export function ownFieldsOf(dataset: Dataset): DatasetField[] {
  return dataset.fields.filter((it) => !BASE_FIELDS.has(it.name));
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function fieldSdl(field: DatasetField): string {
  const standard = field.standard === undefined ? '' : ` (${field.standard})`;
  const codes = field.codeList === undefined ? '' : `; codes of ${field.codeList}`;
  const closed = field.disclosure === undefined ? '' : ' Shown to government bodies alone.';
  return `  ${quoted(`${field.zh}${standard}. ${field.en}${codes}.${closed}`)}\n  ${field.name}: ${SDL_TYPE[field.type]}`;
}

function recordTypeSdl(dataset: Dataset): string {
  const recognition = isRecognisable(dataset)
    ? `\n  "Effect of the result for the asker; null where nobody named itself."\n  recognition: Recognition`
    : '';
  return `"""
${dataset.title.zh}. ${dataset.title.en}; dataset ${dataset.name}@${dataset.version}, item ${dataset.catalogueItem}.
"""
type ${dataset.graphql.type} implements Node {
  "Record key: a hash, the same at every hub."
  id: ID!
  "Version given by the hub that first accepted it; a live answer is version 1."
  version: Int!
  "Authority that made the statement."
  producer: Authority!
  "Who may see it."
  disclosure: DisclosureClass!
  "Day of the decision; lists are in this order, the newest first."
  decidedOn: Date!
  "First day on which it is in force."
  validFrom: Date
  "Last day on which it is in force; null has no end."
  validUntil: Date
  "Document and article it is collected under."
  legalBasis: LegalBasis!
  "Where it came from."
  provenance: Provenance!${recognition}
${ownFieldsOf(dataset).map(fieldSdl).join('\n')}
}`;
}

function connectionSdl(dataset: Dataset): string {
  const { type } = dataset.graphql;
  return `"""
A record and its place in the list.
"""
type ${type}Edge {
  "Opaque cursor: decision day and record key."
  cursor: String!
  "The record."
  node: ${type}!
}

"""
A page of records, merged from every source that was asked.
"""
type ${type}Connection {
  "Records of the page, the newest decision first."
  edges: [${type}Edge!]!
  "Which part of the list this is."
  pageInfo: PageInfo!
  "How many there are, where every source answered and all fit on the page; else null."
  totalCount: Int
  "Each source and what came of asking it."
  coverage: [SourceCoverage!]!
  "Whether every source answered: only then does an empty list mean no record."
  complete: Boolean!
}`;
}

/**
 * Own definitions of a dataset's subgraph: its record type, the connection, and the field on CreditSubject.
 * One subgraph a dataset, however many departments supply it.
 */
export function datasetSdl(dataset: Dataset): string {
  const { type, field } = dataset.graphql;
  return `"""
An organisation that credit records are about: a legal person, another organisation, or a sole trader with a code.
"""
type CreditSubject @key(fields: "uscc") {
  "Unified social credit code."
  uscc: USCC!
  "Every code the subject has or had: sources are asked with all of them."
  codes: [USCC!]! @external
  "${dataset.title.zh}. ${dataset.title.en} records from the registry, live departments and partner hubs; the public channel sees what is published."
  ${field}(
    "Most records of the page from its beginning, 1 to 100; 20 when neither is given."
    first: Int
    "Records after this cursor."
    after: String
    "Most records of the page from its end, 1 to 100."
    last: Int
    "Records before this cursor."
    before: String
    "Only these sources: registry, a connector's id or a partner's id."
    sources: [String!]
    "Only authorities of these regions; a prefix such as 3703 stands for all below it."
    regions: [String!]
    "In force on this day."
    validOn: Date
    "As this hub knew it at that instant; needs scope read:history."
    knownAt: DateTime
  ): ${type}Connection
    @requires(fields: "codes")
    @requiresScopes(scopes: [["${scopeOf(dataset.recordKind)}"], ["${PUBLIC_SCOPE}"]])
    @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges"], requireOneSlicingArgument: false)
}

${recordTypeSdl(dataset)}

${connectionSdl(dataset)}
`;
}

import { z } from 'zod';
import type { Dataset } from '../../contracts/manifests/index.ts';
import { assessStatement } from '../../domain/catalogue/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { redactText } from '../../domain/subject/index.ts';
import type { RecordPosition } from '../../registry/records/index.ts';
import { ownFieldsOf } from './dataset-sdl.ts';
import { isWithin } from './page.ts';
import {
  compareRecords,
  disclosureClassOf,
  isOfRegion,
  isValidOn,
  type DatasetQuestion,
  type SourceRecord,
} from './source-record.ts';

const daySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const instantSchema = z.iso.datetime();

const nodeSchema = z.looseObject({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  version: z.int().positive(),
  producer: z.object({ name: z.string(), uscc: z.string().length(18), region: z.string().regex(/^\d{6}$/) }),
  disclosure: z.string(),
  decidedOn: daySchema,
  validFrom: daySchema.nullable(),
  validUntil: daySchema.nullable(),
  legalBasis: z.object({ document: z.string(), article: z.string() }),
  provenance: z.object({
    source: z.string(),
    origin: z.string(),
    via: z.array(z.string()),
    run: z.string().nullable(),
    acceptedAt: instantSchema.nullable(),
    knownFrom: instantSchema.nullable(),
    hash: z.string(),
    ruleVersion: z.string(),
  }),
});

/** Names only, so that no address of a partner's inside stands in an answer of ours. */
const coverageSchema = z.object({
  source: z.string().regex(/^[a-z0-9][\w/-]{0,120}$/i),
  region: z.string().regex(/^\d{6}$/),
  dataset: z.string().regex(/^\w{1,80}$/),
  status: z.enum(['ANSWERED', 'PARTIAL', 'STALE', 'TIMEOUT', 'UNAVAILABLE', 'DENIED', 'NOT_ASKED']),
  dataAt: instantSchema.nullable(),
  staleBySeconds: z.int().nullable(),
  withheld: z.int().nonnegative(),
  rule: z
    .string()
    .regex(/^[A-Z_]{1,60}$/)
    .nullable(),
});

const edgeSchema = z.object({ node: nodeSchema });

const recordsSchema = z.object({
  edges: z.array(z.unknown()).max(100),
  pageInfo: z.object({ hasNextPage: z.boolean(), hasPreviousPage: z.boolean() }),
  coverage: z.array(coverageSchema).min(1),
});

const answerSchema = z.object({
  data: z
    .object({
      subjects: z.array(z.object({ uscc: z.string(), records: recordsSchema.nullable() }).nullable()),
    })
    .nullish(),
  errors: z.array(z.looseObject({ extensions: z.looseObject({ code: z.string() }).optional() })).optional(),
});

/** What a partner answered; its rows are not looked at yet. */
export type PartnerAnswer = z.output<typeof answerSchema>;
type Node = z.output<typeof nodeSchema>;

/** Parses a partner's answer. @throws PARTNER_ANSWER_MALFORMED */
export function parsePartnerAnswer(body: Buffer): PartnerAnswer {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    value = null;
  }
  const parsed = answerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HubError('PARTNER_ANSWER_MALFORMED', 'transient', 'the partner’s answer is malformed');
}

/** What a partner's rows were asked for. */
type RowFacts = {
  readonly subject: string;
  readonly dataset: Dataset;
  /** The partner was asked for what it publishes; of anything else it does not say whether it may be published. */
  readonly askedAsPublic: boolean;
};

function rowOf(node: Node, facts: RowFacts): SourceRecord {
  const { subject, dataset, askedAsPublic } = facts;
  const own = ownFieldsOf(dataset).map((it) => [it.name, node[it.name] ?? null] as const);
  return {
    key: node.id,
    subject,
    version: node.version,
    decidedOn: node.decidedOn,
    validFrom: node.validFrom,
    validUntil: node.validUntil,
    producer: node.producer,
    disclosure: { class: disclosureClassOf(node.disclosure), publishable: askedAsPublic, reason: null },
    legalBasis: node.legalBasis,
    provenance: node.provenance,
    statement: Object.fromEntries(own),
  };
}

/** Whether a row has the types of its dataset and no number of a person in any of its texts. */
function isSound(row: SourceRecord, dataset: Dataset): boolean {
  const { decidedOn, validFrom, producer, legalBasis, statement } = row;
  const values = { ...statement, decidedOn, validFrom };
  if (assessStatement(dataset.fields, values).some((it) => it.severity === 'reject')) return false;
  const texts = [producer.name, ...Object.values(legalBasis), ...Object.values(statement)];
  return texts.every((it) => typeof it !== 'string' || redactText(it).hits === 0);
}

/** What came of a partner's rows about one subject. */
export type JudgedRows = {
  readonly rows: readonly SourceRecord[];
  /** Rows that are malformed, have wrong types, name a person, or were not asked for. */
  readonly withheld: number;
  /** The furthest place it looked at; null where no row told a place. */
  readonly horizon: RecordPosition | null;
};

/** Believes of a partner's rows those that are sound and that were asked for. */
export function judgePartnerRows(
  edges: readonly unknown[],
  facts: RowFacts & { readonly question: DatasetQuestion },
): JudgedRows {
  const { dataset, question } = facts;
  const rows = edges.flatMap((edge) => {
    const parsed = edgeSchema.safeParse(edge);
    if (!parsed.success) return [];
    const row = rowOf(parsed.data.node, facts);
    return isWithin(row, question.page) ? [row] : [];
  });
  const sound = rows.filter(
    (it) =>
      isSound(it, dataset) &&
      isOfRegion(it.producer.region, question.regions) &&
      (question.validOn === null || isValidOn(it, question.validOn)),
  );
  const places = rows.toSorted(compareRecords);
  const furthest = question.page.backwards ? places[0] : places.at(-1);
  return {
    rows: sound,
    withheld: edges.length - sound.length,
    horizon: furthest === undefined ? null : { decidedOn: furthest.decidedOn, key: furthest.key },
  };
}

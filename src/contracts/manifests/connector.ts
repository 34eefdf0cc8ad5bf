import { z } from 'zod';
import {
  bilingualSchema,
  disclosureClassSchema,
  regionCodeSchema,
  slugSchema,
  usccFormSchema,
  versionedNameSchema,
} from './primitives.ts';

/** A value that must not stand in a manifest: `${env:NAME}` or `${file:path}`. */
export const secretReferenceSchema = z
  .string()
  .regex(/^\$\{(env|file):[^}]+\}$/, 'secrets are references: ${env:NAME} or ${file:path}');

/** Text that may hold `${env:NAME}` references, such as a folder or a service address. */
const templatedSchema = z.string().min(1);

const fileSourceSchema = z.strictObject({
  type: z.literal('file'),
  /** Glob below the folder, `*` and `?` only, such as `*.csv`. */
  path: templatedSchema,
  /** Folder that is read; relative to the manifest. */
  folder: templatedSchema.default('inbox'),
  format: z.enum(['csv', 'tsv', 'xlsx']),
  encoding: z.enum(['auto', 'utf-8', 'gb18030']).default('auto'),
  delimiter: z.string().length(1).optional(),
  /** Row that holds the column names, counted from 1. */
  header: z.int().positive().default(1),
  /** Worksheet name; the first sheet when absent. */
  sheet: z.string().optional(),
  /** Marker that says a file is complete, `*.ok`: a file without its marker is left alone. */
  done: z.string().optional(),
});

const sqlSourceSchema = z.strictObject({
  type: z.literal('sql'),
  driver: z.enum(['sqlite', 'mysql', 'postgresql']),
  dsn: z.union([secretReferenceSchema, templatedSchema]),
  /** Reads one page: binds `:cursor.<column>` and `:limit`; absent for a source that is only asked live. */
  query: z.string().optional(),
  pageRows: z.int().min(1).max(10_000).default(500),
  timeoutMs: z.int().min(100).max(600_000).default(30_000),
});

const restSourceSchema = z.strictObject({
  type: z.literal('rest'),
  url: templatedSchema,
  /** Sent as `Authorization: Bearer …`. */
  token: secretReferenceSchema.optional(),
  /** Path to the array of rows in the answer, dot separated. */
  rows: z.string().default('data'),
  paging: z
    .strictObject({
      by: z.literal('page'),
      parameter: z.string().default('page'),
      sizeParameter: z.string().default('size'),
      size: z.int().min(1).max(5_000).default(200),
      /** Path to the declared total of rows; a short read is reported. */
      total: z.string().optional(),
      /** More pages than this is a fault of the feed. */
      maxPages: z.int().positive().default(10_000),
    })
    .prefault({ by: 'page' }),
  timeoutMs: z.int().min(100).max(600_000).default(30_000),
});

const graphqlSourceSchema = z.strictObject({
  type: z.literal('graphql'),
  url: templatedSchema,
  /** Sent as `Authorization: Bearer …`. */
  token: secretReferenceSchema.optional(),
  /** Path to the array of rows in the answer, dot separated. */
  rows: z.string().regex(/^data(\.\w+)+$/, 'a path below data, such as data.permits'),
});

/** Where the rows are. */
export const sourceSchema = z.discriminatedUnion('type', [
  fileSourceSchema,
  sqlSourceSchema,
  restSourceSchema,
  graphqlSourceSchema,
]);

/** Steps that turn a cell into a canonical value, applied in order. */
export const mappingStepSchema = z.union([
  z.enum(['trim', 'halfwidth', 'upper', 'normaliseBrackets', 'digits']),
  z.strictObject({ date: z.array(z.string()).min(1) }),
  z.strictObject({ money: z.enum(['元', '万元']) }),
  z.strictObject({ split: z.string().min(1) }),
]);

/** How one target field gets its value. */
export const mappingSchema = z.union([
  z.string().min(1),
  z.strictObject({
    from: z.string().min(1),
    do: z.array(mappingStepSchema).default([]),
    lookup: versionedNameSchema.optional(),
    onMiss: z.enum(['reject', 'warn', 'keep']).default('reject'),
    /** Value taken when the cell is empty. */
    default: z.string().optional(),
  }),
  z.strictObject({ const: z.union([z.string(), z.boolean()]) }),
]);

const syncSchema = z.strictObject({
  mode: z.enum(['full', 'incremental']).default('full'),
  /** Columns of the cursor in order; the last one is unique. */
  cursor: z.array(z.string()).optional(),
  /** Columns that name a row at the source; without them the row's place in its file does. */
  key: z.array(z.string()).min(1).optional(),
  /** A declared withdrawal: the column and the values that mean withdrawn. Absence never withdraws. */
  deletes: z.strictObject({ column: z.string(), values: z.array(z.string()).min(1) }).optional(),
  schedule: z.string().optional(),
  tz: z.string().default('Asia/Shanghai'),
});

/** A request to a REST interface; the text `:codes` stands for the list of codes, `:code` for one code. */
const liveRequestSchema = z.strictObject({
  method: z.enum(['GET', 'POST']).default('GET'),
  /** Query parameters; `:codes` repeats the parameter, once for each code. */
  query: z.record(z.string(), z.string()).default({}),
  /** JSON body of a POST; `:codes` becomes an array of texts. */
  body: z.json().optional(),
});

const liveSchema = z.strictObject({
  /**
   * SQL: the statement, which binds `:codes`. GraphQL: the document, with one variable: `$codes`, a list, or `$code`,
   * where the source takes one code at a time.
   */
  lookup: z.string().min(1).optional(),
  /** REST: what is sent. */
  request: liveRequestSchema.optional(),
  /** Most codes asked for in one call; a source that takes one at a time is asked with one. */
  batch: z.int().min(1).max(500).default(100),
  /** For all calls of one question together. */
  timeoutMs: z.int().min(50).max(30_000).default(2_000),
  /** Most calls at once, of all questions together. */
  concurrency: z.int().min(1).max(32).default(4),
  /** After so many failed questions in a row the source is left alone for a while. */
  breaker: z.strictObject({ failures: z.int().min(1).max(100).default(5) }).prefault({}),
});

const freshnessSchema = z.strictObject({
  /** Age of the last run from which on what was collected counts as stale, in seconds. */
  warnSeconds: z.int().min(60).max(31_536_000),
});

/**
 * Connector manifest: the declared way to read one source of one department, with no code.
 * File `connectors/sources/<id>/connector.yml`.
 */
export const connectorSchema = z.strictObject({
  apiVersion: z.literal('xinqiao/v1'),
  kind: z.literal('Connector'),
  metadata: z.strictObject({
    id: slugSchema,
    title: bilingualSchema,
    /** The department that supplies the rows. */
    owner: z.strictObject({ name: z.string().min(1), uscc: usccFormSchema, region: regionCodeSchema }),
    dataset: versionedNameSchema,
    disclosure: disclosureClassSchema.optional(),
    /** Document and article that let the department collect and share these records. */
    legalBasis: z.strictObject({ document: z.string().min(1), article: z.string().min(1) }),
  }),
  mode: z.enum(['collect', 'live']).default('collect'),
  source: sourceSchema,
  sync: syncSchema.prefault({}),
  live: liveSchema.optional(),
  /** How old collected data may become before an answer says so. */
  freshness: freshnessSchema.optional(),
  map: z.record(z.string(), mappingSchema),
});

/** A parsed connector manifest. */
export type Connector = z.output<typeof connectorSchema>;
/** Where a connector's rows are. */
export type SourceSpec = z.output<typeof sourceSchema>;
/** A folder of files. */
export type FileSourceSpec = z.output<typeof fileSourceSchema>;
/** A database table read by statement. */
export type SqlSourceSpec = z.output<typeof sqlSourceSchema>;
/** A paged REST feed, or a REST interface that is asked. */
export type RestSourceSpec = z.output<typeof restSourceSchema>;
/** A GraphQL interface that is asked. */
export type GraphqlSourceSpec = z.output<typeof graphqlSourceSchema>;
/** How a source is asked at query time. */
export type LiveSpec = z.output<typeof liveSchema>;
/** What is sent to a REST interface at query time. */
export type LiveRequest = z.output<typeof liveRequestSchema>;
/** How one target field gets its value. */
export type Mapping = z.output<typeof mappingSchema>;
/** One step on the way from cell to value. */
export type MappingStep = z.output<typeof mappingStepSchema>;

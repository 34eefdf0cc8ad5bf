import { z } from 'zod';
import {
  bilingualSchema,
  regionCodeSchema,
  secretReferenceSchema,
  slugSchema,
  templatedSchema,
  versionedNameSchema,
} from './primitives.ts';
import { sftpAddressShape } from './sftp-address.ts';

const everySecondsSchema = z.int().min(1).max(86_400);

/**
 * Where a column's value comes from: a field of the dataset by its canonical name, or one of
 * `record.key`, `record.version`, `record.batch`, `record.operation`, `record.decidedOn`, `record.validFrom`,
 * `record.validUntil`, `subject.uscc`, `subject.name`, `subject.category`, `producer.uscc`, `producer.name`.
 */
const originSchema = z.string().min(1);

/** How one target column gets its value. */
export const columnSchema = z.union([
  originSchema,
  z.strictObject({ from: originSchema, date: z.string().min(1) }),
  z.strictObject({ from: originSchema, money: z.enum(['元', '万元']) }),
  z.strictObject({
    from: originSchema,
    /** Code list whose labels the platform reads. */
    words: versionedNameSchema,
    join: z.string().min(1).default('、'),
  }),
  /** The platform's own word for each canonical value. */
  z.strictObject({ from: originSchema, values: z.record(z.string(), z.string()) }),
  z.strictObject({ fixed: z.string() }),
]);

/** What goes out for one dataset. `to`: part of a file name, a table, or a path below the address. */
export const platformRecordsSchema = z.strictObject({
  to: z.string().min(1),
  columns: z.record(z.string().min(1), columnSchema),
});

const fileFormat = {
  format: z.enum(['csv', 'xlsx']),
  encoding: z.enum(['utf-8', 'gb18030']).default('utf-8'),
  /** Byte order mark before a UTF-8 text, as some office programs want it. */
  bom: z.boolean().default(false),
};

const sftpSchema = z.strictObject({
  type: z.literal('sftp'),
  ...sftpAddressShape,
  drop: z.strictObject({
    folder: templatedSchema,
    /** Name of a file; `{batch}` and `{to}` are filled in. */
    file: z.string().regex(/\{batch\}/, 'a file name holds {batch}, so that no two batches share one'),
    ...fileFormat,
    /** Ending of the empty marker that says the file is whole. */
    marker: z
      .string()
      .regex(/^\.[A-Za-z0-9]+$/, 'a dot and letters')
      .default('.ok'),
  }),
  receipts: z.strictObject({
    folder: templatedSchema,
    /** Name pattern, `*` and `?` only. */
    pattern: z.string().min(1),
    ...fileFormat,
  }),
});

const sqlSchema = z.strictObject({
  type: z.literal('sql'),
  driver: z.enum(['sqlite', 'mysql', 'postgresql']),
  dsn: secretReferenceSchema,
  timeoutMs: z.int().min(100).max(600_000).default(30_000),
  /** Column that the platform writes when it has looked at a row. */
  state: z.string().min(1),
  /** Value of the state column of a row that nobody looked at. */
  fresh: z.string().default('0'),
  /** Values of the state column that mean taken. */
  taken: z.array(z.string()).min(1),
  feedback: z.strictObject({
    table: z.string().min(1),
    /** A whole number that grows with each row. */
    cursor: z.string().min(1),
  }),
});

const pointerSchema = z.string().regex(/^(\/[^/]+)*$/, 'a JSON pointer such as /data/results');

const restSchema = z.strictObject({
  type: z.literal('rest'),
  url: templatedSchema,
  headers: z.record(z.string(), secretReferenceSchema).default({}),
  timeoutMs: z.int().min(100).max(600_000).default(30_000),
  /** Member of the body that holds the rows, and the one that holds the batch number. */
  rows: z.string().default('rows'),
  batch: z.string().default('batch'),
  /** Header field that carries the batch number, where the platform knows one. */
  idempotencyHeader: z.string().optional(),
  /** Where an answer has its list of results; the members of each are named by `answers`. */
  results: pointerSchema,
  /** Address that tells what became of a batch, `{batch}` filled in; below `url`. */
  query: z
    .string()
    .regex(/\{batch\}/, 'holds {batch}')
    .optional(),
});

/** What a code of the platform means. Codes that are not named reject the record. */
export const answerCodeSchema = z.strictObject({
  /** `retry`: the record is sent again later. */
  means: z.enum(['accepted', 'rejected', 'retry']).default('rejected'),
  /** Rule of ours that says the same, such as SUBJECT_MISMATCH. */
  rule: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, 'UPPER_CASE')
    .optional(),
});

/**
 * Platform manifest: the declared way to deliver to one platform that is not Xinqiao, with no code.
 * File `connectors/platforms/<id>/platform.yml`.
 */
export const platformSchema = z.strictObject({
  apiVersion: z.literal('xinqiao/v1'),
  kind: z.literal('Platform'),
  metadata: z.strictObject({
    id: slugSchema,
    title: bilingualSchema,
    region: regionCodeSchema,
  }),
  /** What it may have, beside the datasets named under `records`. */
  takes: z.strictObject({
    /** PUBLIC alone: only what is publishable today. GOVERNMENT: a platform of the administration. */
    disclosure: z.enum(['PUBLIC', 'GOVERNMENT']),
    /** First two characters of subjects' codes, such as 91; all when absent. */
    subjects: z
      .array(z.string().regex(/^[0-9A-HJ-NPQRTUWXY]{2}$/, 'two characters of a code'))
      .min(1)
      .optional(),
    /** Regions of the authorities that decided; the platform's own region when absent. */
    producerRegions: z.array(regionCodeSchema).min(1).optional(),
  }),
  transport: z.discriminatedUnion('type', [sftpSchema, sqlSchema, restSchema]),
  records: z.record(versionedNameSchema, platformRecordsSchema),
  /** How the platform says what a row does. */
  operations: z.strictObject({
    insert: z.string().min(1),
    correct: z.string().min(1),
    withdraw: z.string().min(1),
  }),
  answers: z.strictObject({
    everySeconds: everySecondsSchema.default(60),
    /** Columns or members that name the record, its version, the code and the text. */
    key: z.string().min(1),
    version: z.string().min(1),
    code: z.string().min(1),
    text: z.string().min(1),
    codes: z.record(z.string(), answerCodeSchema),
    /** Wait before a record is sent again after a code that means `retry`. */
    retryAfterSeconds: everySecondsSchema.default(600),
  }),
  limits: z
    .strictObject({
      /** Most records in one batch. */
      records: z.int().min(1).max(500).default(200),
      /** Batches a second; absent: found out, from 5 a second on. */
      perSecond: z.number().min(0.01).max(1_000).optional(),
    })
    .prefault({}),
  /**
   * How a batch whose outcome is not known is sent again: `key` the platform knows the batch number, `upsert` by key and
   * version, `query` it is asked first.
   */
  idempotency: z.enum(['key', 'upsert', 'query']),
  /** Last day of a publication in time, counted from the decision, whose own day does not count. */
  deadline: z
    .union([
      z.strictObject({ workdays: z.int().min(1).max(250) }),
      z.strictObject({ days: z.int().min(1).max(365) }),
    ])
    .optional(),
});

/** A parsed platform manifest. */
export type Platform = z.output<typeof platformSchema>;
/** What goes out for one dataset. */
export type PlatformRecords = z.output<typeof platformRecordsSchema>;
/** How one target column gets its value. */
export type PlatformColumn = z.output<typeof columnSchema>;
/** A file drop over SFTP. */
export type SftpTransport = z.output<typeof sftpSchema>;
/** Front-exchange tables in a database. */
export type SqlTransport = z.output<typeof sqlSchema>;
/** A JSON interface. */
export type RestTransport = z.output<typeof restSchema>;

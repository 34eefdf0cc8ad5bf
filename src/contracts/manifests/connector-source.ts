import { z } from 'zod';
import { durationSchema, requestBudgetSchema, secretReferenceSchema, templatedSchema } from './primitives.ts';
import { sftpAddressSchema } from './sftp-address.ts';

/** Encodings that a file may declare: every one that a decoder of the platform knows by that name. */
function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}

const fileSourceSchema = z.strictObject({
  type: z.literal('file'),
  /** `sftp` needs `source.sftp`. */
  via: z.enum(['directory', 'sftp']).default('directory'),
  sftp: sftpAddressSchema.optional(),
  /** Glob below the folder, `*` and `?` only, such as `*.csv`; `.zip`, `.gz` and `.tar.gz` are unpacked. */
  path: templatedSchema,
  /** Folder that is read: relative to the manifest, or a path on the SFTP server. */
  folder: templatedSchema.default('inbox'),
  /** Glob of the names in an archive; by default every file with the format's ending. */
  entries: z.string().min(1).optional(),
  format: z.enum(['csv', 'tsv', 'xlsx', 'json', 'ndjson', 'xml']),
  /** `auto`: by mark, by XML declaration, UTF-8 where every byte agrees, else GB18030. */
  encoding: z
    .string()
    .refine((it) => it === 'auto' || isEncoding(it), 'auto, or an encoding such as utf-8 or gb18030')
    .default('auto'),
  delimiter: z.string().length(1).optional(),
  /** Row that holds the column names, counted from 1. */
  header: z.int().positive().optional(),
  /** Worksheet name; the first sheet when absent. */
  sheet: z.string().optional(),
  /** JSON: dotted path to the list of rows, the text itself when absent. XML: element of a row, `row` or `list.row`. */
  rows: z.string().min(1).optional(),
  /** Marker that says a file is complete, `*.ok`: a file without its marker is left alone. */
  done: z.string().optional(),
});

const sqlSourceSchema = z.strictObject({
  type: z.literal('sql'),
  /** `sqlserver`, `oracle` and `dm` (达梦) need a package that the operator installs; they are untested here. */
  driver: z.enum(['sqlite', 'mysql', 'postgresql', 'sqlserver', 'oracle', 'dm']),
  dsn: z.union([secretReferenceSchema, templatedSchema]),
  /** Reads one page: binds `:cursor.<column>` and `:limit`; absent for a source that is only asked live. */
  query: z.string().optional(),
  pageRows: z.int().min(1).max(10_000).default(500),
  timeoutMs: z.int().min(100).max(600_000).default(30_000),
});

/** How we say who we are; a secret is never written into a manifest. */
export const httpAuthSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bearer'), token: secretReferenceSchema }),
  z.strictObject({ kind: z.literal('basic'), user: templatedSchema, password: secretReferenceSchema }),
  z.strictObject({
    kind: z.literal('key'),
    in: z.enum(['header', 'query']),
    name: z.string().regex(/^[\w.-]+$/, 'letters, digits, ".", "_" and "-"'),
    key: secretReferenceSchema,
  }),
  /** Client credentials of OAuth 2.0; the token is kept until it ends. */
  z.strictObject({
    kind: z.literal('oauth2'),
    tokenUrl: templatedSchema,
    clientId: templatedSchema,
    clientSecret: secretReferenceSchema,
    scope: z.string().min(1).optional(),
  }),
]);

const pagingShape = {
  size: z.int().min(1).max(5_000).default(200),
  /** Path to the declared total of rows; a short read is reported. */
  total: z.string().optional(),
  /** More pages than this is a fault of the feed. */
  maxPages: z.int().positive().default(10_000),
};

/** How a feed is cut into pages, and how the next one is asked for. */
const pagingSchema = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('page'),
    parameter: z.string().default('page'),
    sizeParameter: z.string().default('size'),
    /** Number of the first page. */
    first: z.int().min(0).max(1).default(1),
    ...pagingShape,
  }),
  z.strictObject({
    by: z.literal('offset'),
    parameter: z.string().default('offset'),
    sizeParameter: z.string().default('limit'),
    ...pagingShape,
  }),
  z.strictObject({
    by: z.literal('cursor'),
    parameter: z.string().default('cursor'),
    sizeParameter: z.string().optional(),
    /** Path to the next cursor in an answer; nothing there ends the feed. */
    next: z.string().min(1),
    ...pagingShape,
  }),
  /** RFC 8288: the header field `Link` with `rel="next"`, on the same server. */
  z.strictObject({ by: z.literal('link'), sizeParameter: z.string().optional(), ...pagingShape }),
]);

const restSourceSchema = z.strictObject({
  type: z.literal('rest'),
  url: templatedSchema,
  /** Sent as `Authorization: Bearer …`: short for `auth: {kind: bearer, token}`. */
  token: secretReferenceSchema.optional(),
  auth: httpAuthSchema.optional(),
  format: z.enum(['json', 'xml']).default('json'),
  /** Path to the array of rows in the answer, dot separated. XML: element of a row, `row` or `list.row`. */
  rows: z.string().default('data'),
  paging: pagingSchema.prefault({ by: 'page' }),
  /** Most requests in a length of time; kept by waiting. */
  budget: requestBudgetSchema.optional(),
  /** How often a request is sent again that failed for a reason that passes; `Retry-After` is kept. */
  retries: z.int().min(0).max(10).default(2),
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

/** How a source is read again: whole, or from where the last run ended. */
export const syncSchema = z.strictObject({
  mode: z.enum(['full', 'incremental']).default('full'),
  /** Columns of the cursor in order; the last one is unique. */
  cursor: z.array(z.string()).optional(),
  /** How far before its last place a run begins again, for rows that were written late; the first cursor column is a time. */
  overlap: durationSchema.optional(),
  /** Columns that name a row at the source; without them the row's place in its file does. */
  key: z.array(z.string()).min(1).optional(),
  /** A declared withdrawal: the column and the values that mean withdrawn. Absence never withdraws. */
  deletes: z.strictObject({ column: z.string(), values: z.array(z.string()).min(1) }).optional(),
  schedule: z.string().optional(),
  tz: z.string().default('Asia/Shanghai'),
});

/** Where a connector's rows are. */
export type SourceSpec = z.output<typeof sourceSchema>;
/** A folder of files. */
export type FileSourceSpec = z.output<typeof fileSourceSchema>;
/** A database table read by statement. */
export type SqlSourceSpec = z.output<typeof sqlSourceSchema>;
/** A paged REST feed, or a REST interface that is asked. */
export type RestSourceSpec = z.output<typeof restSourceSchema>;
/** How we say who we are to a REST interface. */
export type HttpAuthSpec = z.output<typeof httpAuthSchema>;
/** A GraphQL interface that is asked. */
export type GraphqlSourceSpec = z.output<typeof graphqlSourceSchema>;
/** How a source is read again. */
export type SyncSpec = z.output<typeof syncSchema>;

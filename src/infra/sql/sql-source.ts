import { HubError } from '../../domain/hub-error.ts';

/** Databases a department's table may live in. */
export type SqlDriver = 'sqlite' | 'mysql' | 'postgresql';
/** Databases whose driver an operator installs beside the hub; read only, and not tested here. */
export type OptionalSqlDriver = 'sqlserver' | 'oracle' | 'dm';
/** Every database that can be read. */
export type SourceSqlDriver = SqlDriver | OptionalSqlDriver;

/** A value that is bound, never written into a statement. A list stands for `?, ?, …`. */
export type SqlValue = string | number | null | readonly string[];

/** A statement with named parameters, `:limit` or `:cursor.id`, and a value for each name. */
export type SqlStatement = { readonly text: string; readonly values: Readonly<Record<string, SqlValue>> };

/** Rows as the database writes them: each value its own text, null where it has none. */
export type SqlRows = { readonly columns: readonly string[]; readonly rows: readonly (string | null)[][] };

/** How long a statement may take, who may end it, and how much it may answer. */
export type SqlLimits = {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Most rows of an answer; {@link MAX_ROWS} where absent. */
  readonly maxRows?: number | undefined;
};

/** Most rows of one answer where nothing is said. */
export const MAX_ROWS = 100_000;
/** Most characters of one answer, all cells together. */
export const MAX_CHARACTERS = 33_554_432;

/** One source database, read only. */
export type SqlSource = {
  /**
   * Runs one reading statement; an abort or a timeout ends the work at the database.
   *
   * @throws SQL_UNREACHABLE, SQL_TIMEOUT (transient), SQL_FAILED, SQL_TOO_LARGE, SQL_BAD_STATEMENT; no message names
   *   an address
   */
  query(statement: SqlStatement, limits: SqlLimits): Promise<SqlRows>;
  close(): Promise<void>;
};

/** A statement in the driver's own form: placeholders and the values in their order. */
export type BoundStatement = { readonly text: string; readonly parameters: (string | number | null)[] };

/** Texts, comments and quoted names hold no parameters; `::` is PostgreSQL's cast. */
const PIECES =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|::|:([A-Za-z_]\w*(?:\.\w+)*)(\s+is\s+(?:not\s+)?null\b)?/gi;

const PLACEHOLDERS: Readonly<Record<SourceSqlDriver, (place: number) => string>> = {
  sqlite: () => '?',
  mysql: () => '?',
  postgresql: (place) => `$${place}`,
  sqlserver: (place) => `@p${place}`,
  oracle: (place) => `:${place}`,
  dm: () => '?',
};

/** Names of the parameters that a statement binds, in order of appearance. */
export function parameterNames(text: string): string[] {
  const names = Array.from(text.matchAll(PIECES), (it) => it[1]).filter((it) => it !== undefined);
  return [...new Set(names)];
}

/** What `:name is null` comes to. */
function nullity(value: SqlValue, question: string): string {
  return (value === null) === !/\bnot\b/i.test(question) ? '(1 = 1)' : '(1 = 0)';
}

/**
 * Turns named parameters into the driver's placeholders, a place each: PostgreSQL gives a placeholder one type, and a name
 * may stand beside columns of several. From `:name is null` it finds no type at all: what that comes to is written
 * instead.
 *
 * @throws SQL_BAD_STATEMENT for a name without a value, and for an empty list
 */
export function bindStatement(statement: SqlStatement, driver: SourceSqlDriver): BoundStatement {
  const parameters: (string | number | null)[] = [];
  const place = (value: string | number | null): string => {
    parameters.push(value);
    return PLACEHOLDERS[driver](parameters.length);
  };
  const text = statement.text.replace(PIECES, (piece: string, name?: string, question: string = '') => {
    if (name === undefined) return piece;
    const value = statement.values[name];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) {
      throw new HubError('SQL_BAD_STATEMENT', 'config', `the statement binds :${name}, which has no value`);
    }
    if (question !== '' && driver === 'postgresql') return nullity(value, question);
    const written = typeof value === 'object' && value !== null ? value.map(place).join(', ') : place(value);
    return written + question;
  });
  return { text, parameters };
}

/** The text of a value that a driver gives as a JavaScript value. */
export function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value);
}

import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import type { SqlDriver } from '../../src/infra/sql/index.ts';
import { MYSQL_VARIABLE, POSTGRES_VARIABLE, sqlServerUri } from './servers.ts';

/** A database of one test file's own, and an administrator's eye on it. */
export type SqlDatabase = {
  readonly driver: SqlDriver;
  /** What a manifest names. */
  readonly dsn: string;
  /** Runs statements as the administrator, one after the other; names may stand in double quotes. */
  run(...statements: readonly string[]): Promise<void>;
  /** Rows as the administrator sees them, every value as text. */
  rows(statement: string): Promise<Record<string, string | null>[]>;
  /** Statements that run in this database at this moment, the administrator's own left out. */
  running(): Promise<string[]>;
  /** Ends every connection to this database but the administrator's. */
  endConnections(): Promise<void>;
  close(): Promise<void>;
};

type Text = Record<string, string | null>;
const textsOf = (row: Record<string, unknown>): Text =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value === null ? null : `${value as string | number}`]),
  );
const freshName = (): string => `xinqiao_${randomBytes(6).toString('hex')}`;

/** Statements on a file run in children of the hub: the system tells which there are. */
function childrenOn(path: string): string[] {
  return readdirSync('/proc')
    .filter((it) => /^\d+$/.test(it))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(path) ? [line] : [];
      } catch {
        return [];
      }
    });
}

function openSqliteFile(): SqlDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-sqlite-'));
  const path = join(folder, 'source.sqlite');
  const database = new DatabaseSync(path, { timeout: 5_000 });
  return {
    driver: 'sqlite',
    dsn: path,
    run(...statements) {
      for (const it of statements) database.exec(it);
      return Promise.resolve();
    },
    rows: (statement) => Promise.resolve(database.prepare(statement).all().map(textsOf)),
    running: () => Promise.resolve(childrenOn(path)),
    endConnections: () => Promise.resolve(),
    close() {
      database.close();
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

async function openMysqlDatabase(): Promise<SqlDatabase> {
  const server = sqlServerUri(MYSQL_VARIABLE);
  const name = freshName();
  const admin = await createConnection({ uri: server, multipleStatements: true, dateStrings: true });
  await admin.query(
    `create database ${name} character set utf8mb4; use ${name}; set session sql_mode = concat(@@sql_mode, ',ANSI_QUOTES')`,
  );
  const others = `from information_schema.processlist where db = '${name}' and id <> connection_id()`;
  const rows = async (statement: string): Promise<Text[]> => {
    const [found] = await admin.query(statement);
    return (found as Record<string, unknown>[]).map(textsOf);
  };
  return {
    driver: 'mysql',
    dsn: `${server}/${name}`,
    async run(...statements) {
      for (const it of statements) await admin.query(it);
    },
    rows,
    running: async () =>
      (await rows(`select info ${others} and info is not null`)).map((it) => it['info'] ?? ''),
    async endConnections() {
      for (const { id } of await rows(`select id ${others}`)) await admin.query(`kill ${id ?? '0'}`);
    },
    async close() {
      await admin.query(`drop database ${name}`);
      await admin.end();
    },
  };
}

async function openPostgresDatabase(): Promise<SqlDatabase> {
  const server = sqlServerUri(POSTGRES_VARIABLE);
  const name = freshName();
  const first = new Client({ connectionString: `${server}/postgres` });
  await first.connect();
  await first.query(`create database ${name}`);
  const admin = new Client({ connectionString: `${server}/${name}` });
  await admin.connect();
  const others = `from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`;
  const rows = async (statement: string): Promise<Text[]> =>
    (await admin.query<Record<string, unknown>>(statement)).rows.map(textsOf);
  return {
    driver: 'postgresql',
    dsn: `${server}/${name}`,
    async run(...statements) {
      for (const it of statements) await admin.query(it);
    },
    rows,
    running: async () =>
      (await rows(`select query ${others} and state <> 'idle'`)).map((it) => it['query'] ?? ''),
    async endConnections() {
      await admin.query(`select pg_terminate_backend(pid) ${others}`);
    },
    async close() {
      await admin.end();
      await first.query(`drop database ${name} with (force)`);
      await first.end();
    },
  };
}

/** Opens a database of the caller's own on the run's server of a kind. @throws where that server is not running */
export function openSqlDatabase(driver: SqlDriver): Promise<SqlDatabase> {
  if (driver === 'sqlite') return Promise.resolve(openSqliteFile());
  return driver === 'mysql' ? openMysqlDatabase() : openPostgresDatabase();
}

import { Client, Query, type QueryArrayConfig } from 'pg';
import { toHubError } from '../../domain/hub-error.ts';
import { BoundedRows } from './bounded-rows.ts';
import type { SqlSession } from './sql-session.ts';
import { textOf, type BoundStatement, type SqlRows } from './sql-source.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** Every value stays the text that the server sent: microseconds and big numbers survive. */
const AS_TEXT = { getTypeParser: () => (value: string) => value };

async function connect(uri: string, options: string): Promise<Client> {
  const client = new Client({
    connectionString: uri,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options,
    types: AS_TEXT,
  });
  // A connection that is lost between two statements is found by the next one.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Values are bound by the protocol; a row that is one too many ends the statement. */
function execute(client: Client, bound: BoundStatement, maxRows: number): Promise<SqlRows> {
  const config: QueryArrayConfig = {
    text: bound.text,
    values: bound.parameters,
    rowMode: 'array',
    types: AS_TEXT,
  };
  return new Promise((resolve, reject) => {
    const rows = new BoundedRows(maxRows);
    client
      .query(new Query(config))
      .on('error', reject)
      .on('row', (row: unknown) => {
        try {
          rows.add((row as readonly unknown[]).map(textOf));
        } catch (error) {
          reject(toHubError(error));
        }
      })
      .on('end', ({ fields }) => resolve(rows.under(fields.map((it) => it.name))));
  });
}

/** Asks the server on a second connection to end a connection and the statement that runs in it. */
async function terminate(uri: string, pid: string): Promise<void> {
  const second = await connect(uri, '-c statement_timeout=5000');
  try {
    await second.query('select pg_terminate_backend($1)', [pid]);
  } finally {
    await second.end();
  }
}

/**
 * Connects to PostgreSQL (openGauss and Kingbase where they take SCRAM or MD5). The server itself ends a statement at
 * its time as well, should nobody be able to tell it to.
 */
export async function openPostgresSession(uri: string, readOnly: 'on' | 'off'): Promise<SqlSession> {
  const client = await connect(uri, `-c default_transaction_read_only=${readOnly} -c datestyle=ISO,YMD`);
  let alive = true;
  const gone = (): void => {
    alive = false;
  };
  client.on('error', gone).on('end', gone);
  const found = await client.query<{ pid: string }>('select pg_backend_pid() as pid');
  const pid = found.rows[0]?.pid ?? '';
  let serverTimeoutMs = 0;
  const limitTo = async (timeoutMs: number): Promise<void> => {
    const wholeMs = Math.ceil(timeoutMs);
    if (wholeMs === serverTimeoutMs) return;
    await client.query(`set statement_timeout = ${String(wholeMs)}`);
    serverTimeoutMs = wholeMs;
  };
  return {
    isAlive: () => alive,
    async query(bound, { timeoutMs, maxRows }) {
      await limitTo(timeoutMs);
      return execute(client, bound, maxRows);
    },
    async transact(statements, { timeoutMs, maxRows }) {
      await limitTo(timeoutMs);
      await client.query('begin');
      try {
        for (const it of statements) await execute(client, it, maxRows);
        await client.query('commit');
      } catch (error) {
        if (alive) await client.query('rollback');
        throw error;
      }
    },
    async abandon() {
      alive = false;
      await Promise.all([client.end(), terminate(uri, pid)]);
    },
    async close() {
      alive = false;
      await client.end();
    },
  };
}

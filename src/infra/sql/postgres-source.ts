import { Client } from 'pg';
import { HubError } from '../../domain/hub-error.ts';
import { bindStatement, textOf, type SqlSource } from './sql-source.ts';
import type { SqlTarget } from './sql-target.ts';
import { withinLimits } from './within-limits.ts';

/** Every value stays the text that the server sent: microseconds and big numbers survive. */
const AS_TEXT = { getTypeParser: () => (value: string) => value };

/** A PostgreSQL database (openGauss and Kingbase where they take SCRAM or MD5), in a session that may only read. */
export function openPostgres(uri: string): SqlSource {
  return openSession(uri, 'on');
}

/** A PostgreSQL database that is written to. */
export function openPostgresTarget(uri: string): SqlTarget {
  return openSession(uri, 'off');
}

function openSession(uri: string, readOnly: 'on' | 'off'): SqlTarget {
  let client: Client | null = null;
  const connected = async (timeoutMs: number): Promise<Client> => {
    if (client !== null) return client;
    const opened = new Client({
      connectionString: uri,
      connectionTimeoutMillis: 10_000,
      statement_timeout: timeoutMs,
      options: `-c default_transaction_read_only=${readOnly}`,
      types: AS_TEXT,
    });
    opened.on('error', () => {
      client = null;
    });
    try {
      await opened.connect();
    } catch (cause) {
      throw new HubError('SQL_UNREACHABLE', 'transient', 'the source database cannot be reached', { cause });
    }
    client = opened;
    return opened;
  };
  const drop = (): void => {
    const dropped = client;
    client = null;
    // The driver has no call that ends a running statement; the server ends it at statement_timeout.
    void dropped?.end().catch(() => undefined);
  };
  return {
    query: (statement, limits) =>
      withinLimits(limits, drop, async () => {
        const { text, parameters } = bindStatement(statement, 'postgresql');
        const open = await connected(limits.timeoutMs);
        const result = await open.query<unknown[]>({ text, values: parameters, rowMode: 'array' });
        return {
          columns: result.fields.map((it) => it.name),
          rows: result.rows.map((row) => row.map(textOf)),
        };
      }),
    transact: (statements, limits) =>
      withinLimits(limits, drop, async () => {
        const open = await connected(limits.timeoutMs);
        await open.query('begin');
        try {
          for (const it of statements) {
            const { text, parameters } = bindStatement(it, 'postgresql');
            await open.query({ text, values: parameters });
          }
          await open.query('commit');
        } catch (error) {
          await open.query('rollback');
          throw error;
        }
      }),
    async close() {
      await client?.end();
      client = null;
    },
  };
}

import { createConnection, type Connection, type FieldPacket } from 'mysql2/promise';
import { HubError } from '../../domain/hub-error.ts';
import { bindStatement, textOf, type SqlSource, type SqlStatement } from './sql-source.ts';
import type { SqlTarget } from './sql-target.ts';
import { withinLimits } from './within-limits.ts';

function open(uri: string): Promise<Connection> {
  return createConnection({
    uri,
    rowsAsArray: true,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    decimalNumbers: false,
    multipleStatements: false,
    connectTimeout: 10_000,
    charset: 'utf8mb4',
  });
}

// MySQL takes a bound LIMIT as text, but not as the double that the driver makes of a number.
function boundOf(statement: SqlStatement) {
  const { text, parameters } = bindStatement(statement, 'mysql');
  return { text, values: parameters.map((it) => (typeof it === 'number' ? String(it) : it)) };
}

/** A MySQL database that is written to; values are bound in prepared statements. */
export function openMysqlTarget(uri: string): SqlTarget {
  return openSession(uri, 'read write');
}

/** A MySQL database, in a session that may only read; values are bound in prepared statements. */
export function openMysql(uri: string): SqlSource {
  return openSession(uri, 'read only');
}

function openSession(uri: string, mode: 'read only' | 'read write'): SqlTarget {
  let connection: Connection | null = null;
  const connected = async (): Promise<Connection> => {
    if (connection !== null) return connection;
    try {
      connection = await open(uri);
      await connection.query(`set session transaction ${mode}`);
      return connection;
    } catch (cause) {
      throw new HubError('SQL_UNREACHABLE', 'transient', 'the source database cannot be reached', { cause });
    }
  };
  const drop = (): void => {
    connection?.destroy();
    connection = null;
  };
  return {
    query: (statement, limits) =>
      withinLimits(limits, drop, async () => {
        const { text, values } = boundOf(statement);
        const [rows, fields] = (await (await connected()).execute(text, values)) as unknown as [
          unknown[][],
          FieldPacket[],
        ];
        return { columns: fields.map((it) => it.name), rows: rows.map((row) => row.map(textOf)) };
      }),
    transact: (statements, limits) =>
      withinLimits(limits, drop, async () => {
        const open = await connected();
        await open.beginTransaction();
        try {
          for (const { text, values } of statements.map(boundOf)) await open.execute(text, values);
          await open.commit();
        } catch (error) {
          await open.rollback();
          throw error;
        }
      }),
    async close() {
      await connection?.end();
      connection = null;
    },
  };
}

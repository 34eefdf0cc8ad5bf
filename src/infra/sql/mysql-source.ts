import { createConnection, type Connection, type FieldPacket } from 'mysql2/promise';
import { HubError } from '../../domain/hub-error.ts';
import { bindStatement, textOf, type SqlSource } from './sql-source.ts';
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

/** A MySQL database, in a session that may only read; values are bound in prepared statements. */
export function openMysql(uri: string): SqlSource {
  let connection: Connection | null = null;
  const connected = async (): Promise<Connection> => {
    if (connection !== null) return connection;
    try {
      connection = await open(uri);
      await connection.query('set session transaction read only');
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
        const { text, parameters } = bindStatement(statement, 'mysql');
        // MySQL takes a bound LIMIT as text, but not as the double that the driver makes of a number.
        const bound = parameters.map((it) => (typeof it === 'number' ? String(it) : it));
        const [rows, fields] = (await (await connected()).execute(text, bound)) as unknown as [
          unknown[][],
          FieldPacket[],
        ];
        return { columns: fields.map((it) => it.name), rows: rows.map((row) => row.map(textOf)) };
      }),
    async close() {
      await connection?.end();
      connection = null;
    },
  };
}

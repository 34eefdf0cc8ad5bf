import { createConnection, type Connection, type FieldPacket, type RowDataPacket } from 'mysql2';
import { toHubError } from '../../domain/hub-error.ts';
import { BoundedRows } from './bounded-rows.ts';
import type { SqlSession } from './sql-session.ts';
import { textOf, type BoundStatement, type SqlRows } from './sql-source.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** MySQL's type number of single precision numbers. */
const FLOAT = 4;

function connect(uri: string): Promise<Connection> {
  const connection = createConnection({
    uri,
    rowsAsArray: true,
    dateStrings: true,
    jsonStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    decimalNumbers: false,
    multipleStatements: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    charset: 'utf8mb4',
    // Each length of a list of codes is a statement of its own; the server holds a limited number.
    maxPreparedStatements: 32,
  });
  // A connection that is lost between two statements is found by the next one.
  connection.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    connection.connect((error) => {
      if (error === null) resolve(connection);
      else reject(toHubError(error));
    });
  });
}

/** Runs a statement of our own making, without values. */
function command(connection: Connection, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.query(text, (error) => {
      if (error === null) resolve();
      else reject(toHubError(error));
    });
  });
}

/** The shortest text of a single precision number: as a double, 1.1 would be 1.100000023841858. */
function singleText(value: number): string {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

function cellsOf(row: readonly unknown[], fields: readonly FieldPacket[]): (string | null)[] {
  return row.map((value, place) =>
    typeof value === 'number' && fields[place]?.columnType === FLOAT ? singleText(value) : textOf(value),
  );
}

/** Values are bound by a prepared statement; a row that is one too many ends it. */
function execute(connection: Connection, bound: BoundStatement, maxRows: number): Promise<SqlRows> {
  // MySQL takes a bound LIMIT as text, but not as the double that the driver makes of a number.
  const values = bound.parameters.map((it) => (typeof it === 'number' ? String(it) : it));
  const { promise, resolve, reject } = Promise.withResolvers<SqlRows>();
  const lost = (): void => reject(Object.assign(new Error('lost'), { code: 'PROTOCOL_CONNECTION_LOST' }));
  // A statement without a callback is not told of a connection that ends.
  connection.once('error', reject).once('end', lost);
  const rows = new BoundedRows(maxRows);
  let fields: readonly FieldPacket[] = [];
  connection
    .execute<RowDataPacket[][]>(bound.text, values)
    .on('error', reject)
    .on('fields', (found: FieldPacket[] | undefined) => {
      fields = found ?? [];
    })
    .on('result', (row: unknown) => {
      try {
        if (Array.isArray(row)) rows.add(cellsOf(row, fields));
      } catch (error) {
        reject(toHubError(error));
      }
    })
    .on('end', () => resolve(rows.under(fields.map((it) => it.name))));
  return promise.finally(() => connection.off('error', reject).off('end', lost));
}

/** Asks the server on a second connection to end a connection and the statement that runs in it. */
async function kill(uri: string, threadId: number): Promise<void> {
  const second = await connect(uri);
  try {
    await command(second, `kill ${String(threadId)}`);
  } finally {
    second.destroy();
  }
}

/** Connects to MySQL or MariaDB. */
export async function openMysqlSession(uri: string, mode: 'read only' | 'read write'): Promise<SqlSession> {
  const connection = await connect(uri);
  let alive = true;
  const gone = (): void => {
    alive = false;
  };
  connection.on('error', gone).on('end', gone);
  await command(connection, `set session transaction ${mode}`);
  return {
    isAlive: () => alive,
    query: (bound, { maxRows }) => execute(connection, bound, maxRows),
    async transact(statements, { maxRows }) {
      await command(connection, 'start transaction');
      try {
        for (const it of statements) await execute(connection, it, maxRows);
        await command(connection, 'commit');
      } catch (error) {
        if (alive) await command(connection, 'rollback');
        throw error;
      }
    },
    async abandon() {
      alive = false;
      connection.destroy();
      await kill(uri, connection.threadId);
    },
    close() {
      alive = false;
      return new Promise((resolve) => connection.end(() => resolve()));
    },
  };
}

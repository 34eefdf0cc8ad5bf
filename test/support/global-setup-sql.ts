import startServers from './global-setup.ts';
import { MYSQL_VARIABLE, POSTGRES_VARIABLE } from './servers.ts';
import { startMariadb, startPostgres, type SqlServer } from './sql-servers.ts';

declare global {
  /** Departments' databases of this test run, for the tear-down. */
  var testSqlServers: SqlServer[] | undefined;
}

/** One that cannot be started is said here; the tests that need it fail by themselves, the others run. */
async function offer(variable: string, start: () => Promise<SqlServer>): Promise<void> {
  const given = process.env[variable];
  if (given !== undefined && given !== '') return;
  try {
    const server = await start();
    globalThis.testSqlServers?.push(server);
    process.env[variable] = server.uri;
  } catch (error) {
    process.stderr.write(`${variable} stays empty: ${String(error)}\n`);
  }
}

/** Starts what every test run has, and a MariaDB and a PostgreSQL as departments have them. */
async function startAll(): Promise<void> {
  globalThis.testSqlServers = [];
  await Promise.all([
    startServers(),
    offer(MYSQL_VARIABLE, startMariadb),
    offer(POSTGRES_VARIABLE, startPostgres),
  ]);
}

export { startAll as default };

import { randomBytes } from 'node:crypto';

/** Variables that carry the servers of a test run from Jest's set-up to its workers; a person may set them too. */
export const MONGODB_VARIABLE = 'XINQIAO_TEST_MONGODB_URI';
export const REDIS_VARIABLE = 'XINQIAO_TEST_REDIS_URL';
export const MYSQL_VARIABLE = 'XINQIAO_TEST_MYSQL_URI';
export const POSTGRES_VARIABLE = 'XINQIAO_TEST_POSTGRES_URI';

function given(variable: string): string {
  const value = process.env[variable];
  if (value === undefined || value === '') {
    throw new Error(`${variable} is not set: run this test by script/test, or start a server and set it`);
  }
  return value;
}

function freshName(kind: string): string {
  return `xinqiao_${kind}_${randomBytes(6).toString('hex')}`;
}

/** A database of this test file's own on the run's MongoDB-protocol server. */
export function freshDatabase(): { readonly uri: string; readonly dbName: string } {
  return { uri: given(MONGODB_VARIABLE), dbName: freshName('db') };
}

/** A key prefix of this test file's own on the run's Redis. */
export function freshPrefix(): { readonly url: string; readonly prefix: string } {
  return { url: given(REDIS_VARIABLE), prefix: freshName('prefix') };
}

/** Address of the run's MariaDB or PostgreSQL. @throws where this machine has none */
export function sqlServerUri(variable: typeof MYSQL_VARIABLE | typeof POSTGRES_VARIABLE): string {
  return given(variable);
}

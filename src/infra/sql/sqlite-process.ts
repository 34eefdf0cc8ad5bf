import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { textOf, type BoundStatement } from './sql-source.ts';

/** A program that runs statements on one SQLite file, and may be killed at any moment. Read only unless told. */
const path = process.argv[2] ?? '';
const writes = process.argv[3] === 'write';
let database: DatabaseSync | null = null;

function opened(): DatabaseSync {
  // A file that is not there is never made: the platform's tables are the platform's.
  if (!existsSync(path)) throw Object.assign(new Error('no such file'), { errcode: 14 });
  database ??= new DatabaseSync(path, { readOnly: !writes, timeout: 5_000 });
  return database;
}

function transact(statements: readonly BoundStatement[]): { columns: string[]; rows: (string | null)[][] } {
  const open = opened();
  open.exec('begin immediate');
  try {
    for (const it of statements) open.prepare(it.text).run(...(it.parameters as SQLInputValue[]));
    open.exec('commit');
  } catch (error) {
    open.exec('rollback');
    throw error;
  }
  return { columns: [], rows: [] };
}

function run(bound: BoundStatement): { columns: string[]; rows: (string | null)[][] } {
  const database = opened();
  const statement = database.prepare(bound.text);
  // SQLite's integers have 64 bits: as numbers they would lose digits.
  statement.setReadBigInts(true);
  const columns = statement.columns().map((it) => it.name);
  const rows = statement
    .all(...(bound.parameters as SQLInputValue[]))
    .map((row) => columns.map((column) => textOf(row[column])));
  return { columns, rows };
}

process.on('message', (bound: BoundStatement | BoundStatement[]) => {
  try {
    process.send?.({ answer: Array.isArray(bound) ? transact(bound) : run(bound) });
  } catch (error) {
    const { message, errcode } = error as { message?: string; errcode?: number };
    process.send?.({ failure: { message: message ?? '', errcode: errcode ?? null } });
  }
});
process.on('disconnect', () => process.exit());

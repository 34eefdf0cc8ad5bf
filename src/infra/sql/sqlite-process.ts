import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { HubError } from '../../domain/hub-error.ts';
import { BoundedRows } from './bounded-rows.ts';
import type { SqliteRequest } from './sqlite-session.ts';
import { textOf, type BoundStatement, type SqlRows } from './sql-source.ts';

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

function transact(statements: readonly BoundStatement[]): SqlRows {
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

function run(bound: BoundStatement, maxRows: number): SqlRows {
  const statement = opened().prepare(bound.text);
  // SQLite's integers have 64 bits: as numbers they would lose digits.
  statement.setReadBigInts(true);
  const columns = statement.columns().map((it) => it.name);
  const rows = new BoundedRows(maxRows);
  for (const row of statement.iterate(...(bound.parameters as SQLInputValue[]))) {
    rows.add(columns.map((column) => textOf(row[column])));
  }
  return rows.under(columns);
}

process.on('message', ({ bound, maxRows }: SqliteRequest) => {
  try {
    process.send?.({ answer: Array.isArray(bound) ? transact(bound) : run(bound, maxRows) });
  } catch (error) {
    const { message, errcode } = error as { message?: string; errcode?: number };
    const isTooLarge = error instanceof HubError;
    process.send?.({ failure: { message: message ?? '', errcode: errcode ?? null, isTooLarge } });
  }
});
process.on('disconnect', () => process.exit());

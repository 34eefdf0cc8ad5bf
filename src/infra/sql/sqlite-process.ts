import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { textOf, type BoundStatement } from './sql-source.ts';

/** A program that runs statements on one SQLite file, read only, and may be killed at any moment. */
const path = process.argv[2] ?? '';
let database: DatabaseSync | null = null;

function run(bound: BoundStatement): { columns: string[]; rows: (string | null)[][] } {
  database ??= new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  const statement = database.prepare(bound.text);
  // SQLite's integers have 64 bits: as numbers they would lose digits.
  statement.setReadBigInts(true);
  const columns = statement.columns().map((it) => it.name);
  const rows = statement
    .all(...(bound.parameters as SQLInputValue[]))
    .map((row) => columns.map((column) => textOf(row[column])));
  return { columns, rows };
}

process.on('message', (bound: BoundStatement) => {
  try {
    process.send?.({ answer: run(bound) });
  } catch (error) {
    const { message, errcode } = error as { message?: string; errcode?: number };
    process.send?.({ failure: { message: message ?? '', errcode: errcode ?? null } });
  }
});
process.on('disconnect', () => process.exit());

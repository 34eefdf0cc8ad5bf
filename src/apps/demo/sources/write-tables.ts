import { DatabaseSync } from 'node:sqlite';
import type { SourceRow } from './decisions.ts';

/** First timestamp of the front-exchange table; rows follow a second apart. */
const FIRST_SJC_MS = Date.UTC(2026, 0, 1);

function createTable(database: DatabaseSync, table: string, columns: readonly string[]): void {
  database.exec(`drop table if exists ${table}`);
  database.exec(`create table ${table} (${columns.map((it) => `"${it}" text`).join(', ')})`);
}

function insertAll(database: DatabaseSync, table: string, rows: Iterable<SourceRow>): void {
  let insert: ReturnType<DatabaseSync['prepare']> | null = null;
  database.exec('begin');
  for (const row of rows) {
    const columns = Object.keys(row);
    if (insert === null) {
      createTable(database, table, columns);
      insert = database.prepare(`insert into ${table} values (${columns.map(() => '?').join(', ')})`);
    }
    insert.run(...Object.values(row));
  }
  database.exec('commit');
}

/** The text a front-exchange table keeps as the time of change of its row. */
export function changeTime(place: number): string {
  return new Date(FIRST_SJC_MS + place * 1_000).toISOString().slice(0, 19).replace('T', ' ');
}

function* numbered(rows: Iterable<SourceRow>): Generator<SourceRow> {
  let place = 0;
  for (const row of rows) {
    yield { ...row, ID: String(place + 1).padStart(9, '0'), SJC: changeTime(place) };
    place += 1;
  }
}

/** Writes the front-exchange table frxzcf with its cursor columns SJC and ID. */
export function writeFrontTable(path: string, rows: Iterable<SourceRow>): void {
  const database = new DatabaseSync(path);
  insertAll(database, 'frxzcf', numbered(rows));
  database.exec('create index frxzcf_cursor on frxzcf (SJC, ID)');
  database.close();
}

/** Writes the housing department's own table of presale permits. */
export function writeHousingTable(path: string, rows: Iterable<SourceRow>): void {
  const database = new DatabaseSync(path);
  insertAll(database, 'spfys', rows);
  database.exec('create index spfys_code on spfys (shxym)');
  database.close();
}

function rename(path: string, from: string, to: string): void {
  const database = new DatabaseSync(path);
  database.exec(`alter table ${from} rename to ${to}`);
  database.close();
}

/** The housing department takes its table away, as in a maintenance: who asks gets an error. */
export function takeHousingAway(path: string): void {
  rename(path, 'spfys', 'spfys_away');
}

/** The table is there again. */
export function bringHousingBack(path: string): void {
  rename(path, 'spfys_away', 'spfys');
}

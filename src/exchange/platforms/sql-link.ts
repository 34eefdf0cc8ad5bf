import type { Platform, SqlTransport } from '../../contracts/manifests/index.ts';
import { resolveReferences } from '../../infra/config/index.ts';
import { openSqlTarget, type SqlStatement, type SqlTarget } from '../../infra/sql/index.ts';
import { columnOf } from './map-row.ts';
import {
  pageOf,
  parseAnswer,
  type Collecting,
  type PlatformAnswer,
  type PlatformBatch,
  type PlatformLink,
  type PlatformRow,
  type Sending,
} from './platform-link.ts';

const PAGE_ROWS = 500;
const CURSOR = /^\d{1,15}$/;

/** Front-exchange tables: rows are put there by key and version, the platform writes their state and its feedback. */
export class SqlLink implements PlatformLink {
  readonly #platform: Platform;
  readonly #transport: SqlTransport;
  #target: SqlTarget | null = null;

  constructor(platform: Platform, transport: SqlTransport) {
    this.#platform = platform;
    this.#transport = transport;
  }

  async send(batch: PlatformBatch): Promise<Sending> {
    const statements = batch.rows.flatMap((row) => this.#upsert(batch, row));
    await this.#open().transact(statements, this.#limits());
    return { result: 'taken', answers: [] };
  }

  /** Sending again has no second effect here: nothing needs to be asked. */
  findBatch(): Promise<null> {
    return Promise.resolve(null);
  }

  async collect(collecting: Collecting): Promise<void> {
    let from = collecting.after;
    for (;;) {
      const { rows, next } = await this.#feedback(from);
      if (rows.length === 0) break;
      await collecting.take(pageOf(`feedback ${from}`, rows), next);
      if (next <= from) break;
      from = next;
    }
    for (const batch of collecting.awaited) {
      const answers = await this.#taken(batch);
      if (answers.length > 0) await collecting.take({ ...pageOf(batch.number, answers), again: true });
    }
  }

  async probe(): Promise<void> {
    const { feedback } = this.#transport;
    const tables = new Set([...Object.values(this.#platform.records).map((it) => it.to), feedback.table]);
    for (const table of tables) {
      const text = `select 1 from ${this.#name(table)} where 1 = 0`;
      await this.#open().query({ text, values: {} }, this.#limits());
    }
  }

  async close(): Promise<void> {
    await this.#target?.close();
    this.#target = null;
  }

  #open(): SqlTarget {
    const { driver, dsn } = this.#transport;
    return (this.#target ??= openSqlTarget(driver, resolveReferences(dsn)));
  }

  #limits() {
    return { timeoutMs: this.#transport.timeoutMs };
  }

  /** A name that the manifest's check let pass: letters, digits and `_`. */
  #name(name: string): string {
    return this.#transport.driver === 'mysql' ? `\`${name}\`` : `"${name}"`;
  }

  #columns(to: string): { key: string; version: string; batch: string } {
    const dataset = Object.entries(this.#platform.records).find(([, it]) => it.to === to)?.[0] ?? '';
    const named = (origin: string) => columnOf(this.#platform, dataset, origin);
    return { key: named('record.key'), version: named('record.version'), batch: named('record.batch') };
  }

  /**
   * A row that another batch brought is written over and is new for the platform; one that this batch brought stays, so
   * that the platform's mark on it stays too; one that is not there is put there.
   */
  #upsert(batch: PlatformBatch, row: PlatformRow): SqlStatement[] {
    const { key, version, batch: number } = this.#columns(batch.to);
    const { state, fresh } = this.#transport;
    const columns = [...batch.columns, state];
    const values = Object.fromEntries(
      columns.map((it, place) => [`c${place}`, it === state ? fresh : (row.cells[it] ?? '')]),
    );
    const bound = (column: string) => `:c${columns.indexOf(column)}`;
    const table = this.#name(batch.to);
    const same = [key, version].map((it) => `${this.#name(it)} = ${bound(it)}`).join(' and ');
    const sets = columns.map((it) => `${this.#name(it)} = ${bound(it)}`).join(', ');
    const names = columns.map((it) => this.#name(it)).join(', ');
    const given = columns.map(bound).join(', ');
    return [
      {
        text: `update ${table} set ${sets} where ${same} and ${this.#name(number)} <> ${bound(number)}`,
        values,
      },
      {
        // The empty half tells the database the columns' types; a bare value in a select list would be text.
        text:
          `insert into ${table} (${names}) select * from (select ${names} from ${table} where 1 = 0 ` +
          `union all select ${given}) as given where not exists (select 1 from ${table} where ${same})`,
        values,
      },
    ];
  }

  async #feedback(after: number): Promise<{ rows: (PlatformAnswer | null)[]; next: number }> {
    const { table, cursor } = this.#transport.feedback;
    const { key, version, code, text } = this.#platform.answers;
    const names = [cursor, key, version, code, text].map((it) => this.#name(it)).join(', ');
    const place = this.#name(cursor);
    const { rows } = await this.#open().query(
      {
        text: `select ${names} from ${this.#name(table)} where ${place} > :after order by ${place} limit :most`,
        values: { after, most: PAGE_ROWS },
      },
      this.#limits(),
    );
    const places = rows.map(([at]) => (CURSOR.test(at ?? '') ? Number(at) : after));
    const parsed = rows.map(([, itsKey, itsVersion, itsCode, itsText]) =>
      parseAnswer({ key: itsKey, version: itsVersion, code: itsCode, text: itsText }),
    );
    return { rows: parsed, next: Math.max(after, ...places) };
  }

  /** Rows of a batch that the platform marked as taken. */
  async #taken({ number, to }: { number: string; to: string }): Promise<PlatformAnswer[]> {
    const columns = this.#columns(to);
    const { state, taken } = this.#transport;
    const { rows } = await this.#open().query(
      {
        text:
          `select ${this.#name(columns.key)}, ${this.#name(columns.version)} from ${this.#name(to)} ` +
          `where ${this.#name(columns.batch)} = :batch and ${this.#name(state)} in (:taken)`,
        values: { batch: number, taken },
      },
      this.#limits(),
    );
    return rows.flatMap(([key, version]) => {
      const answer = parseAnswer({ key, version, code: 'taken', text: '' });
      return answer === null ? [] : [{ ...answer, code: null }];
    });
  }
}

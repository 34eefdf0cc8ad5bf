import { DatabaseSync } from 'node:sqlite';
import { NO_SUCH_SUBJECT, Shelf, type HeldRow, type SubjectBase } from './subject-base.ts';

/** A running stand-in of the enterprise publicity system. */
export type PublicitySystem = {
  /** Path of its front-exchange database. */
  readonly dsn: string;
  /** Looks through its tables once. */
  look(): void;
  /** The records it shows, by record key. */
  shown(): Map<string, HeldRow>;
  close(): Promise<void>;
};

const COMMON = 'SJWYBS text, SJBBH text, PCH text, CZLX text, QYMC text, TYSHXYDM text';
const TABLES: Readonly<Record<string, string>> = {
  xzcf: `${COMMON}, CFWSH text, WFXW text, CFZL text, CFNR text, FKJE text, CFRQ text, CFJG text, GSJZRQ text`,
  xzxk: `${COMMON}, XKWSH text, XKWJMC text, XKNR text, XKRQ text, YXQZ text, YXQZI text, XKJG text`,
};

type Row = Readonly<Record<'SJWYBS' | 'SJBBH' | 'CZLX' | 'QYMC' | 'TYSHXYDM', string>> & {
  readonly place: number;
  readonly CFWSH?: string;
  readonly XKWSH?: string;
};

function makeTables(database: DatabaseSync): void {
  database.exec('pragma journal_mode = wal');
  for (const [name, columns] of Object.entries(TABLES)) {
    database.exec(`create table if not exists ${name} (${columns}, CLZT text not null)`);
    database.exec(`create unique index if not exists ${name}_row on ${name} (SJWYBS, SJBBH)`);
    database.exec(`create index if not exists ${name}_state on ${name} (CLZT)`);
    database.exec(`create index if not exists ${name}_batch on ${name} (PCH)`);
  }
  database.exec(
    'create table if not exists wtsjfk (ID integer primary key autoincrement, SJWYBS text, SJBBH text, WTDM text, WTMS text)',
  );
}

/**
 * Plays the platform behind a front-exchange database: it looks at rows whose state is 0, takes them (1) or marks them
 * (2) and writes what is wrong into the table of problems (问题数据反馈).
 *
 * @param path of the database file, made where it is missing
 * @param everyMs how often it looks by itself; null: only when it is told to
 */
export function startPublicitySystem(
  path: string,
  base: SubjectBase,
  everyMs: number | null = 200,
): PublicitySystem {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  makeTables(database);
  const shelf = new Shelf(base);
  const complain = database.prepare('insert into wtsjfk (SJWYBS, SJBBH, WTDM, WTMS) values (?, ?, ?, ?)');
  const lookAt = (table: string): void => {
    const rows = database
      .prepare(
        `select rowid as place, * from ${table} where CLZT = '0' order by SJWYBS, cast(SJBBH as integer)`,
      )
      .all() as unknown as Row[];
    const mark = database.prepare(`update ${table} set CLZT = ? where rowid = ?`);
    for (const row of rows) {
      const judged = shelf.take({
        key: row.SJWYBS,
        version: Number(row.SJBBH),
        withdrawn: row.CZLX === '撤销',
        subject: row.TYSHXYDM,
        name: row.QYMC,
        documentNo: row.CFWSH ?? row.XKWSH ?? '',
      });
      const taken = judged === 'taken' || judged === 'duplicate';
      const { code, text } = judged === 'stale' ? { code: '1005', text: '已有更新的版本' } : NO_SUCH_SUBJECT;
      if (!taken) complain.run(row.SJWYBS, row.SJBBH, code, text);
      mark.run(taken ? '1' : '2', row.place);
    }
  };
  const look = (): void => {
    database.exec('begin immediate');
    for (const table of Object.keys(TABLES)) lookAt(table);
    database.exec('commit');
  };
  const tryToLook = (): void => {
    // Where somebody holds the tables, the next look finds what this one did not.
    try {
      look();
    } catch {
      if (database.isTransaction) database.exec('rollback');
    }
  };
  const timer = everyMs === null ? undefined : setInterval(tryToLook, everyMs);
  return {
    dsn: path,
    look,
    shown: () => shelf.shown(),
    close() {
      clearInterval(timer);
      database.close();
      return Promise.resolve();
    },
  };
}

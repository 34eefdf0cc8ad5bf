import {
  NO_SUCH_SUBJECT,
  Shelf,
  type HeldRow,
  type SubjectBase,
} from '../../src/apps/demo/platforms/subject-base.ts';
import type { SqlDatabase } from './sql-database.ts';

/** The enterprise publicity system on a database server: the same tables as the demo's, which is on a file. */
export type PublicityServer = {
  /** Looks through its tables once. */
  look(): Promise<void>;
  /** The records it shows, by record key. */
  shown(): Map<string, HeldRow>;
};

const COMMON = ['SJWYBS', 'SJBBH', 'PCH', 'CZLX', 'QYMC', 'TYSHXYDM'];
const TABLES: Readonly<Record<string, readonly string[]>> = {
  xzcf: [...COMMON, 'CFWSH', 'WFXW', 'CFZL', 'CFNR', 'FKJE', 'CFRQ', 'CFJG', 'GSJZRQ'],
  xzxk: [...COMMON, 'XKWSH', 'XKWJMC', 'XKNR', 'XKRQ', 'YXQZ', 'YXQZI', 'XKJG'],
};
const NUMBERED: Readonly<Record<SqlDatabase['driver'], string>> = {
  sqlite: 'integer primary key autoincrement',
  mysql: 'bigint auto_increment primary key',
  postgresql: 'bigserial primary key',
};

/** Platforms give their columns types of their own; what is written must fit them. */
const TYPES: Readonly<Record<string, string>> = {
  SJBBH: 'integer',
  FKJE: 'decimal(20, 6)',
  CFRQ: 'date',
};
const columns = (names: readonly string[]): string =>
  names.map((it) => `"${it}" ${TYPES[it] ?? 'varchar(400)'}`).join(', ');

/** Makes the tables in an empty database and plays the platform behind them. */
export async function startPublicityServer(
  database: SqlDatabase,
  base: SubjectBase,
): Promise<PublicityServer> {
  for (const [name, own] of Object.entries(TABLES)) {
    await database.run(
      `create table ${name} (${columns(own)}, "CLZT" varchar(8) not null)`,
      `create unique index ${name}_row on ${name} ("SJWYBS", "SJBBH")`,
    );
  }
  const words = columns(['SJWYBS', 'SJBBH', 'WTDM', 'WTMS']);
  await database.run(`create table wtsjfk ("ID" ${NUMBERED[database.driver]}, ${words})`);
  const shelf = new Shelf(base);
  const lookAt = async (table: string, number: string): Promise<void> => {
    const rows = await database.rows(`select * from ${table} where "CLZT" = '0' order by "SJWYBS", "SJBBH"`);
    for (const row of rows) {
      const { SJWYBS, SJBBH, CZLX, TYSHXYDM, QYMC } = row;
      const [key, version] = [SJWYBS ?? '', SJBBH ?? ''];
      const judged = shelf.take({
        key,
        version: Number(version),
        withdrawn: CZLX === '撤销',
        subject: TYSHXYDM ?? '',
        name: QYMC ?? '',
        documentNo: row[number] ?? '',
      });
      const taken = judged === 'taken' || judged === 'duplicate';
      const { code, text } = judged === 'stale' ? { code: '1005', text: '已有更新的版本' } : NO_SUCH_SUBJECT;
      if (!taken)
        await database.run(
          `insert into wtsjfk ("SJWYBS", "SJBBH", "WTDM", "WTMS") values ('${key}', '${version}', '${code}', '${text}')`,
        );
      await database.run(
        `update ${table} set "CLZT" = '${taken ? '1' : '2'}' where "SJWYBS" = '${key}' and "SJBBH" = '${version}'`,
      );
    }
  };
  return {
    async look() {
      await lookAt('xzcf', 'CFWSH');
      await lookAt('xzxk', 'XKWSH');
    },
    shown: () => shelf.shown(),
  };
}

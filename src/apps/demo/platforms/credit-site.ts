import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTable, writeTable, type TableRow } from '../../../infra/tables/index.ts';
import { serveFolder, type SftpFolder } from './sftp-folder.ts';
import { NO_SUCH_SUBJECT, Shelf, type HeldRow, type SubjectBase, type Word } from './subject-base.ts';

/** A running stand-in of a city's credit site behind its file exchange. */
export type CreditSite = {
  readonly sftp: SftpFolder;
  /** Looks through the folder once. */
  look(): Promise<void>;
  /** The records it shows, by record key. */
  shown(): Map<string, HeldRow>;
  close(): Promise<void>;
};

const FORMAT = { format: 'csv', encoding: 'gb18030', bom: false } as const;
const REPORT_COLUMNS = ['SJWYBS', 'SJBBH', 'CWDM', 'CWYY'] as const;

const WORDS: Readonly<Record<ReturnType<Shelf['take']>, Word>> = {
  taken: { code: '0000', text: '入库成功' },
  duplicate: { code: '1009', text: '重复报送' },
  stale: { code: '1005', text: '已有更新的版本' },
  'unknown-subject': NO_SUCH_SUBJECT,
};

function judge(shelf: Shelf, row: TableRow, prefix: string): TableRow {
  const { SJWYBS = '', SJBBH = '', CZLX } = row;
  const judged = shelf.take({
    key: SJWYBS,
    version: Number(SJBBH),
    withdrawn: CZLX === 'D',
    subject: row[`${prefix}_XDR_SHXYM`] ?? '',
    name: row[`${prefix}_XDR_MC`] ?? '',
    documentNo: row[`${prefix}_WSH`] ?? '',
  });
  const { code, text } = WORDS[judged];
  return { SJWYBS, SJBBH, CWDM: code, CWYY: text };
}

/**
 * Plays the credit site: it reads each file whose marker is there, checks every row against its subjects and puts a
 * report beside (错误报告), whole before its marker.
 *
 * @param root folder of its file exchange; `in` and `out` are made
 * @param everyMs how often it looks by itself; null: only when it is told to
 */
export async function startCreditSite(
  root: string,
  base: SubjectBase,
  everyMs: number | null = 200,
): Promise<CreditSite> {
  const [arrivals, taken, reports] = ['in', 'in/done', 'out'].map((it) => join(root, it)) as [
    string,
    string,
    string,
  ];
  for (const folder of [taken, reports]) mkdirSync(folder, { recursive: true });
  const shelf = new Shelf(base);
  const process = async (name: string): Promise<void> => {
    const rows = await readTable(readFileSync(join(arrivals, name)), FORMAT, ['SJWYBS', 'SJBBH', 'CZLX']);
    const prefix = name.includes('XZCF') ? 'CF' : 'XK';
    const report = await writeTable(
      REPORT_COLUMNS,
      rows.map((it) => judge(shelf, it, prefix)),
      FORMAT,
    );
    const file = join(reports, `CWBG_${name}`);
    writeFileSync(file, report);
    writeFileSync(`${file}.ok`, '');
    renameSync(join(arrivals, `${name}.ok`), join(taken, `${name}.ok`));
    renameSync(join(arrivals, name), join(taken, name));
  };
  let running: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => {
    running = running
      .catch(() => undefined)
      .then(async () => {
        const names = readdirSync(arrivals).filter((it) => it.endsWith('.csv'));
        for (const name of names.filter((it) => existsSync(join(arrivals, `${it}.ok`)))) await process(name);
      });
    return running;
  };
  const sftp = await serveFolder(root);
  // What one look could not do, the next one does.
  const timer = everyMs === null ? undefined : setInterval(() => void look().catch(() => undefined), everyMs);
  return {
    sftp,
    look,
    shown: () => shelf.shown(),
    async close() {
      clearInterval(timer);
      await running.catch(() => undefined);
      await sftp.close();
    },
  };
}

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workbook, type Worksheet } from '@cj-tech-master/excelts';
import iconv from 'iconv-lite';
import type { HubFile } from '../../src/contracts/manifests/index.ts';
import { COLLECTIONS } from '../../src/apps/hub/collections.ts';
import { systemClock } from '../../src/infra/clock/index.ts';
import { silentLog } from '../../src/infra/log/index.ts';
import { ensureIndexes, openDatabase, type HubDatabase } from '../../src/infra/mongo/index.ts';
import { loadConnector, type LoadedConnector } from '../../src/intake/connectors/index.ts';
import {
  collectFeedback,
  resubmitFeedback,
  ROWS_SHEET,
  writeFeedback,
  type FeedbackParts,
  type FeedbackReceipt,
} from '../../src/intake/feedback/index.ts';
import { runConnector, type RunReceipt } from '../../src/intake/pipeline/index.ts';
import { loadCatalogue } from '../../src/registry/catalogue/index.ts';
import { freshDatabase } from './servers.ts';

/** The released datasets and connectors of this repository. */
export const CONNECTORS = join(import.meta.dirname, '../../connectors');

/** A row of a department by its columns. */
export type Row = Record<string, string>;

/** A penalty as the district's market regulator writes it; right unless changed. */
export function penaltyRow(id: number, changes: Row = {}): Row {
  return {
    CF_ID: String(id),
    CF_XDR_MC: '测试甲有限公司',
    CF_XDR_LB: '法人及非法人组织',
    CF_XDR_SHXYM: '91370306QQQQ00013R',
    CF_FRDB: '王测试',
    CF_WSH: `周市监罚字〔2026〕${id}号`,
    CF_WFXW: '未按规定公示信息',
    CF_SY: '经查，当事人未公示。',
    CF_YJ: '企业信息公示暂行条例第十八条',
    CF_CFLB: '罚款',
    CF_NR: '罚款0.5万元。',
    CF_NR_FK: '0.5',
    CF_JDRQ: '2026/03/05',
    CF_YXQ: '2027/03/05',
    CF_CFJG: '淄博市周村区市场监督管理局',
    CF_CFJGDM: '11370306QQQQ90012L',
    SFCX: '0',
    NBXX: '内部信息',
    ...changes,
  };
}

/** A hub with the penalties connector, a folder for its files and one for workbooks. */
export class FeedbackWorld {
  readonly parts: FeedbackParts & { readonly hub: HubFile; readonly connector: LoadedConnector };
  readonly folder: string;
  readonly database: HubDatabase;

  private constructor(folder: string, parts: FeedbackWorld['parts']) {
    this.folder = folder;
    this.parts = parts;
    this.database = parts.database;
  }

  static async open(changes: Partial<LoadedConnector> = {}): Promise<FeedbackWorld> {
    const { uri, dbName } = freshDatabase();
    const database = await openDatabase({ uri, name: dbName, production: false });
    await ensureIndexes(database, COLLECTIONS);
    const folder = mkdtempSync(join(tmpdir(), 'xinqiao-feedback-'));
    mkdirSync(join(folder, 'zc-penalty'));
    process.env['XQ_INBOX_DIR'] = folder;
    const catalogue = loadCatalogue(CONNECTORS);
    const connector = { ...loadConnector(join(CONNECTORS, 'sources/zc-penalty'), catalogue), ...changes };
    const hub = { id: 'zhoucun', soleTraders: 'on' } as HubFile;
    const secret = Buffer.from('a secret of this test');
    return new FeedbackWorld(folder, { connector, catalogue, database, hub, secret });
  }

  /** The same hub with another connector. */
  with(changes: Pick<FeedbackParts, 'connector'>): FeedbackWorld {
    return new FeedbackWorld(this.folder, { ...this.parts, ...changes });
  }

  /** Puts a file where the connector reads, in the encoding of old systems. @returns its path */
  supply(rows: readonly Row[]): string {
    const columns = Object.keys(rows[0] ?? {});
    const lines = [columns, ...rows.map((it) => columns.map((column) => it[column] ?? ''))];
    const path = join(this.folder, 'zc-penalty', 'a.csv');
    const text = lines.map((it) => `${it.map((cell) => `"${cell}"`).join(',')}\n`).join('');
    writeFileSync(path, iconv.encode(text, 'gb18030'));
    return path;
  }

  run(): Promise<RunReceipt> {
    return runConnector({ ...this.parts, clock: systemClock, log: silentLog() });
  }

  /** Writes bytes as a workbook. @returns its path */
  save(bytes: Buffer): string {
    const path = join(this.folder, 'returned.xlsx');
    writeFileSync(path, bytes);
    return path;
  }

  async exported(): Promise<string> {
    return this.save(await writeFeedback(await collectFeedback(this.parts), this.parts.secret));
  }

  resubmit(file: string, by = 'clerk01'): Promise<FeedbackReceipt> {
    return resubmitFeedback(this.parts, { file, by });
  }

  /** Every document of the database as one text. */
  async everythingStored(): Promise<string> {
    const { connection } = this.database;
    const collections = (await connection.db?.listCollections().toArray()) ?? [];
    const all = await Promise.all(collections.map((it) => connection.collection(it.name).find({}).toArray()));
    return JSON.stringify(all);
  }

  async close(): Promise<void> {
    await this.database.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A workbook that somebody has open: cells by row of the source and by name of the column. */
export class OpenWorkbook {
  readonly workbook: Workbook;
  readonly sheet: Worksheet;
  /** Column of the source that names a row. */
  readonly #key: string;

  private constructor(workbook: Workbook, sheet: Worksheet, key: string) {
    this.workbook = workbook;
    this.sheet = sheet;
    this.#key = key;
  }

  static async open(path: string, name: string = ROWS_SHEET, key = 'CF_ID'): Promise<OpenWorkbook> {
    const workbook = new Workbook();
    await workbook.xlsx.load(readFileSync(path));
    const sheet = workbook.worksheets.find((it) => it.name === name);
    if (sheet === undefined) throw new Error(`no sheet ${name}`);
    return new OpenWorkbook(workbook, sheet, key);
  }

  columnOf(name: string): number {
    let found = 0;
    this.sheet.getRow(1).eachCell((cell, place) => {
      if (cell.text === name && found === 0) found = place;
    });
    if (found === 0) throw new Error(`no column ${name}`);
    return found;
  }

  /** Row of the sheet by the value of the source's key column. */
  rowOf(id: string): number {
    const column = this.columnOf(this.#key);
    for (let row = 2; row <= this.sheet.rowCount; row += 1)
      if (this.sheet.getRow(row).getCell(column).text === id) return row;
    throw new Error(`no row ${id}`);
  }

  cell(id: string, column: string) {
    return this.sheet.getRow(this.rowOf(id)).getCell(this.columnOf(column));
  }

  /** Types into the cells of one row. */
  type(id: string, cells: Row): void {
    for (const [column, value] of Object.entries(cells)) this.cell(id, column).value = value;
  }

  async bytes(): Promise<Buffer> {
    return Buffer.from(await this.workbook.xlsx.writeBuffer());
  }
}

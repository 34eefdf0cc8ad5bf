import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workbook } from '@cj-tech-master/excelts';
import { connectorSchema, type HubFile } from '../../../src/contracts/manifests/index.ts';
import { toHubError } from '../../../src/domain/hub-error.ts';
import { readSource, type LoadedConnector } from '../../../src/intake/connectors/index.ts';
import { redactRow, RowJudge } from '../../../src/intake/validation/index.ts';
import { loadCatalogue } from '../../../src/registry/catalogue/index.ts';

const catalogue = loadCatalogue(join(import.meta.dirname, '../../../connectors'));
const hub = { id: 'hostile', soleTraders: 'on' } as HubFile;
/** The day on which the rows are judged. */
const TODAY = '2026-02-05';

/** Columns of a sound row, by field. */
export const MAP = {
  'subject.uscc': 'shxym',
  'subject.name': 'qymc',
  documentNo: 'ysxkzh',
  projectName: 'xmmc',
  decidedOn: 'fzrq',
  validTo: 'yxqz',
  authorityName: 'fzjg',
};

/** A row that is accepted as it stands. */
export const SOUND: Readonly<Record<string, string>> = {
  shxym: '91370306QQQQ00013R',
  qymc: '测试甲有限公司',
  ysxkzh: '周房预售证第2026-001号',
  xmmc: '测试家园一期',
  fzrq: '2026-02-01',
  yxqz: '2028-02-01',
  fzjg: '淄博市周村区住房和城乡建设局',
};
/** Its columns in order. */
export const COLUMNS = Object.keys(SOUND);

/** What a source left: faults as `file:CODE`, the rules of each row by its number, and everything that may be kept. */
export type Outcome = {
  readonly faults: readonly string[];
  readonly rows: Readonly<Record<string, string>>;
  /** All that could be stored, logged or shown, as text. */
  readonly kept: string;
};

/** A connector over a source; further columns may be mapped. */
export function hostileConnector(
  source: object,
  more: { map?: object; sync?: object } = {},
): LoadedConnector {
  const manifest = connectorSchema.parse({
    apiVersion: 'xinqiao/v1',
    kind: 'Connector',
    metadata: {
      id: 'hostile-source',
      title: { zh: '测试', en: 'test' },
      owner: { name: '测试局', uscc: '11370306QQQQ90012L', region: '370306' },
      dataset: 'housing_presale@1',
      legalBasis: { document: '测试办法', article: '第一条' },
    },
    source,
    sync: more.sync ?? {},
    map: { ...MAP, ...more.map },
  });
  return { ...manifest, directory: tmpdir(), revision: '000000000000' };
}

/** Reads and judges a source to its end: `accepted`, or the verdict and its rules. */
export async function takeIn(connector: LoadedConnector): Promise<Outcome> {
  const judge = new RowJudge({ connector, catalogue, hub, run: 'hostile', today: TODAY });
  const aliases = judge.dataset.fields.flatMap((it) => it.aliases);
  const faults: string[] = [];
  const kept: unknown[] = [];
  const rows: Record<string, string> = {};
  const onFault = (error: unknown, file: string | null): void => {
    const { code, message, details } = toHubError(error);
    faults.push(`${file ?? ''}:${code}`);
    kept.push(message, details);
  };
  const reading = { cursor: null, isRead: () => false, onFault };
  for await (const { columns, rows: raw, file } of readSource(connector, reading, aliases)) {
    const mapped = judge.mappedColumns(columns);
    kept.push(file, judge.mapperFor(columns).missingTargets);
    const verdicts = await judge.judgeRows(columns, raw);
    for (const [place, verdict] of verdicts.entries()) {
      const row = raw[place];
      if (row === undefined) continue;
      const rules = verdict.findings.map((it) => it.rule).join(' ');
      rows[row.row] = `${verdict.verdict === 'candidate' ? 'accepted' : verdict.verdict} ${rules}`.trim();
      kept.push(verdict.findings);
      if (verdict.verdict === 'candidate') kept.push(verdict.candidate);
      if (verdict.verdict !== 'refused') kept.push(redactRow({ columns, cells: row.cells }, mapped));
    }
  }
  return { faults, rows, kept: JSON.stringify(kept) };
}

/** A folder with files. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-hostile-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** A file of the corpus. */
export function corpusFile(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, 'files', name));
}

/** Takes in files of one format. */
export function takeFiles(
  format: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  more: object = {},
): Promise<Outcome> {
  const rows = format === 'xml' ? { rows: 'row' } : {};
  const source = { type: 'file', folder: folderOf(files), path: '*', format, ...rows, ...more };
  return takeIn(hostileConnector(source));
}

/** Rows of a CSV: the sound row with changes. */
export function csvOf(...changes: readonly Readonly<Record<string, string>>[]): string {
  const lines = changes.map((it) =>
    COLUMNS.map((column) => quoted(it[column] ?? SOUND[column] ?? '')).join(','),
  );
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** A workbook of one sheet; cells are what the library takes, merged areas such as `A2:A3`. */
export async function workbookOf(
  rows: readonly (readonly unknown[])[],
  merged: readonly string[] = [],
): Promise<Buffer> {
  const workbook = new Workbook();
  const sheet = workbook.addWorksheet('Sheet1');
  for (const row of rows) sheet.addRow([...row] as string[]);
  for (const area of merged) sheet.mergeCells(area);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

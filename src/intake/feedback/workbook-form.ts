import { sha256Hex } from '../../domain/record/index.ts';
import type { FeedbackExport, FeedbackRow } from '../../contracts/messages/index.ts';
import { cellText, type CellMark, type MarkedColumn, type MarkedSheet } from '../../infra/tables/index.ts';
import { sealWorkbook } from './row-key.ts';

/** What a department says of a row. */
export const DISPOSITIONS = ['已更正', '确认无误', '撤回'] as const;
/** One word of {@link DISPOSITIONS}. */
export type Disposition = (typeof DISPOSITIONS)[number];

/** Version of the workbook's form. */
export const WORKBOOK_VERSION = '1';
export const ROWS_SHEET = '问题数据';
/** Sheet that tells the hub its own workbook; no list of sheets shows it. */
export const HIDDEN_SHEET = 'xinqiao';

/** Columns behind the department's own, in this order. */
export const ADDED_COLUMNS: readonly MarkedColumn[] = [
  { header: '行号', width: 8 },
  { header: '字段', width: 24, wrap: true },
  { header: '原值', width: 24, wrap: true },
  { header: '规则号', width: 24, wrap: true },
  { header: '错误说明', width: 48, wrap: true },
  { header: '修改建议', width: 48, wrap: true },
  { header: '处置', width: 12, choices: DISPOSITIONS },
  { header: '行标识', width: 10, hidden: true },
];
/** Places among {@link ADDED_COLUMNS}. */
export const DISPOSITION_AT = 6;
export const ROW_KEY_AT = 7;

/** What the hidden sheet says of its workbook. */
export type WorkbookFacts = {
  readonly version: string;
  /** `export`: made by the hub; `original`: a copy of the department's own file. */
  readonly kind: 'export' | 'original';
  readonly hub: string;
  readonly connector: string;
  readonly export: string;
  readonly exportedAt: string;
  readonly sheet: string;
  /** Row of the column names, counted from 1. */
  readonly header: string;
  /** How many columns are the department's. */
  readonly columns: string;
  /** SHA-256 of the names of all columns. */
  readonly names: string;
  /** Number of the last row of the sheet. */
  readonly lastRow: string;
};

/** Digest of the names of a sheet's columns. */
export function namesDigest(headers: readonly string[]): string {
  return sha256Hex(JSON.stringify(headers.map((it) => cellText(it).trim())));
}

/** The cells that stand behind a row's own. */
export function addedCells(row: FeedbackRow): string[] {
  const { findings } = row;
  const lines = (texts: readonly string[]): string => {
    const [only = ''] = texts;
    return texts.length < 2 ? only : texts.map((it, place) => `${place + 1}. ${it}`).join('\n');
  };
  return [
    row.rowNumber,
    lines(findings.map((it) => (it.column === null ? it.label || '整行' : `${it.label}（${it.column}）`))),
    lines(findings.map((it) => it.value)),
    lines(findings.map((it) => it.rule)),
    lines(findings.map((it) => (it.severity === 'warn' ? `提示：${it.reason}` : it.reason))),
    lines(findings.map((it) => it.fix)),
    '',
    row.key,
  ];
}

/** The faulty cells of a row, each with every finding on it; findings on the whole row mark the reason's cell. */
export function marksOf(row: FeedbackRow, columns: readonly string[]): Omit<CellMark, 'row'>[] {
  const whole = columns.length + 4;
  const byColumn = Map.groupBy(row.findings, ({ column }) => {
    const place = column === null ? -1 : columns.indexOf(column);
    return place < 0 ? whole : place;
  });
  return [...byColumn].map(([column, findings]) => ({
    column,
    note: findings
      .map(({ rule, reason, fix }) => `${rule} ${reason}${fix === '' ? '' : `\n建议：${fix}`}`)
      .join('\n'),
  }));
}

function summarySheet({ rules }: FeedbackExport): MarkedSheet {
  return {
    name: '规则汇总',
    columns: [
      { header: '规则号', width: 26 },
      { header: '说明', width: 60 },
      { header: '修改建议', width: 60 },
      { header: '行数', width: 8 },
    ],
    rows: rules.map((it) => [it.rule, it.reason, it.fix, String(it.rows)]),
  };
}

function guideSheet(feedback: FeedbackExport, due: string | null): MarkedSheet {
  const { rows, remaining, connector } = feedback;
  const lines = [
    `本表列出来源“${connector}”中未通过校验、暂未入库的数据，共${rows.length}行。`,
    ...(remaining > 0 ? [`另有${remaining}行未列入本表，处理完毕后请重新导出。`] : []),
    ...(due === null ? [] : [`请于${due}前反馈。`]),
    '一、红色单元格有误，原因和修改建议写在批注及右侧各列。请直接在左侧原列中修改，右侧说明列无需改动。',
    '二、每行改完后，在“处置”栏选择：“已更正”表示已改好，平台重新校验；“确认无误”表示内容属实，提示类问题直接办结，其他问题由平台两人审核后决定；“撤回”表示本次不报送该行，已入库的信息不受影响。',
    '三、“处置”栏留空的行视为尚未处理，继续保留。删除某行不等于撤回。',
    '四、显示“〔不收〕”或“张*”的内容是平台不保存的信息，保持原样即可，不必补填；提示“已遮盖”的单元格须填写完整内容。',
    '五、请勿填写自然人的姓名、证件号码、电话。填有个人证件号码的行不予接收。',
    '六、请勿增删、改名或移动列，不要新建行。所有单元格均为文本格式，代码和文号请按文本填写，日期写作 2026/01/05。',
    '七、改完后将本文件保存为xlsx，原样交回。同一文件重复提交不会重复入库。',
  ];
  return {
    name: '填报说明',
    columns: [{ header: '填报说明', width: 110, wrap: true }],
    rows: lines.map((it) => [it]),
  };
}

/** The sheet by which the hub knows its workbook again. */
export function hiddenSheet(secret: Buffer, facts: WorkbookFacts): MarkedSheet {
  const rows = [...Object.entries(facts), ['checksum', sealWorkbook(secret, facts)]] as string[][];
  return { name: HIDDEN_SHEET, columns: [{ header: 'key' }, { header: 'value' }], rows, hidden: true };
}

/** The sheets that stand beside the rows: summary by rule, and how to answer. */
export function besideSheets(feedback: FeedbackExport): MarkedSheet[] {
  const due = feedback.rows.flatMap((it) => it.dueOn ?? []).sort()[0] ?? null;
  return [summarySheet(feedback), guideSheet(feedback, due)];
}

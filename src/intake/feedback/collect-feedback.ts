import { randomUUID } from 'node:crypto';
import type { FeedbackExport, FeedbackFinding, FeedbackRow } from '../../contracts/messages/index.ts';
import type { Finding } from '../../domain/finding.ts';
import { findRule } from '../../domain/rules.ts';
import { cellText } from '../../infra/tables/index.ts';
import { columnsOfEntry, listEntries, type QuarantineDocument } from '../quarantine/index.ts';
import type { RowJudge } from '../validation/index.ts';
import { judgeOf, ownerOf, type FeedbackParts } from './feedback-parts.ts';
import { labelOf } from './field-labels.ts';
import { rowKeyOf } from './row-key.ts';

/** Most rows of one export: a department that has more corrects them in its own system. */
export const MAX_EXPORT_ROWS = 10_000;
/** Most columns of one export; beyond them only those that are read. */
const MAX_COLUMNS = 500;
const PAGE = 500;

/** Which rows are given back; null: all. */
export type FeedbackFilter = { readonly rule: string | null; readonly file: string | null };

const digestOf = ({ _id }: QuarantineDocument): string => _id.slice(_id.lastIndexOf('|') + 1);

/** Every entry of the connector that is not closed, up to the limit, and how many there are. */
async function collectEntries(
  { database, connector }: FeedbackParts,
  { rule, file }: FeedbackFilter,
): Promise<{ entries: QuarantineDocument[]; remaining: number }> {
  const entries: QuarantineDocument[] = [];
  let remaining = 0;
  let after: string | null = null;
  for (;;) {
    const query = { source: connector.metadata.id, rule, overdue: false, warned: true, after, limit: PAGE };
    const page: QuarantineDocument[] = await listEntries(database, query);
    for (const entry of page) {
      if (file !== null && entry.file?.sha256 !== file) continue;
      if (entries.length < MAX_EXPORT_ROWS) entries.push(entry);
      else remaining += 1;
    }
    after = page.at(-1)?._id ?? null;
    if (page.length < PAGE) return { entries: entries.sort(byPlace), remaining };
  }
}

/** In the order of files, and of rows in them. */
function byPlace(a: QuarantineDocument, b: QuarantineDocument): number {
  const [left, right] = [a, b].map((it) => [it.file?.name ?? '', it.rowNumber ?? it.row] as const);
  if (left === undefined || right === undefined) return 0;
  if (left[0] !== right[0]) return left[0] < right[0] ? -1 : 1;
  return left[1].localeCompare(right[1], 'en', { numeric: true });
}

/** The department's own columns in their own order; where files differ, the columns of the others follow. */
function columnsOf(entries: readonly QuarantineDocument[], judge: RowJudge): string[] {
  const columns = [...new Set(entries.flatMap(columnsOfEntry))];
  if (columns.length <= MAX_COLUMNS) return columns;
  const shown = judge.mappedColumns(columns);
  return columns.filter((it) => shown.has(it)).slice(0, MAX_COLUMNS);
}

type Page = { readonly columns: readonly string[]; readonly judge: RowJudge };

function findingOf(it: Finding, cells: readonly string[], { columns, judge }: Page): FeedbackFinding {
  const place = it.field === null ? undefined : judge.mapperFor(columns).places.get(it.field);
  const column = place === undefined ? columns.find((name) => name === it.field) : columns[place];
  const at = column === undefined ? -1 : columns.indexOf(column);
  return {
    rule: it.rule,
    severity: it.severity,
    field: it.field,
    label: labelOf(it.field, judge.dataset),
    column: column ?? null,
    value: cells[at] ?? '',
    reason: it.zh,
    fix: findRule(it.rule)?.fixZh ?? '',
  };
}

function rowOf(entry: QuarantineDocument, page: Page, parts: FeedbackParts): FeedbackRow {
  const cells = page.columns.map((it) => cellText(entry.redacted[it] ?? ''));
  const today = parts.database.clock.today();
  const status = entry.status as FeedbackRow['status'];
  const { dueOn = null } = entry;
  return {
    key: rowKeyOf(parts.secret, ownerOf(parts), digestOf(entry)),
    entry: digestOf(entry).slice(0, 12),
    file: entry.file?.name ?? null,
    rowNumber: entry.rowNumber ?? entry.row,
    status,
    dueOn,
    overdue: status !== 'warned' && dueOn !== null && dueOn < today,
    cells,
    findings: entry.findings.map((it) => findingOf(it, cells, page)),
  };
}

function rulesOf(rows: readonly FeedbackRow[]): FeedbackExport['rules'] {
  const counted = new Map<string, FeedbackExport['rules'][number]>();
  for (const { findings } of rows) {
    for (const { rule, reason, fix } of new Map(findings.map((it) => [it.rule, it])).values()) {
      const known = findRule(rule)?.zh ?? reason;
      counted.set(rule, { rule, rows: (counted.get(rule)?.rows ?? 0) + 1, reason: known, fix });
    }
  }
  return [...counted.values()].sort((a, b) => b.rows - a.rows || (a.rule < b.rule ? -1 : 1));
}

/**
 * Collects the rows of a connector that wait for its department, each with every finding and with the key by which it is
 * known again. Only what quarantine holds is given out: redacted values.
 */
export async function collectFeedback(
  parts: FeedbackParts,
  filter: FeedbackFilter = { rule: null, file: null },
): Promise<FeedbackExport> {
  const { connector, database, hub } = parts;
  const judge = judgeOf(parts, 'export');
  const { entries, remaining } = await collectEntries(parts, filter);
  const page = { columns: columnsOf(entries, judge), judge };
  const rows = entries.map((it) => rowOf(it, page, parts));
  return {
    version: 1,
    id: randomUUID(),
    hub: hub.id,
    connector: connector.metadata.id,
    dataset: connector.metadata.dataset,
    exportedAt: database.clock.now().toISOString(),
    columns: page.columns,
    rows,
    remaining,
    rules: rulesOf(rows),
  };
}

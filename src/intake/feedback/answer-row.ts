import type { Finding } from '../../domain/finding.ts';
import { isOverridable } from '../../domain/overridable-rules.ts';
import { finding } from '../../domain/rules.ts';
import {
  closeEntry,
  findEntriesOfRow,
  findEntry,
  requestOverride,
  type QuarantineDocument,
} from '../quarantine/index.ts';
import { ownerOf } from './feedback-parts.ts';
import type { ReturnedResult } from './feedback-store.ts';
import { isPersonTyped } from './merge-row.ts';
import type { ReturnedRow } from './read-workbook.ts';
import type { Resubmission } from './resubmission.ts';
import { readRowKey } from './row-key.ts';
import { DISPOSITIONS, type Disposition } from './workbook-form.ts';

/** A row that came to its end, or one to be judged again. */
export type Answered =
  { readonly result: ReturnedResult } | { readonly row: ReturnedRow; readonly entry: QuarantineDocument };

/** An entry's id as lists show it. */
export function shortId({ _id }: Pick<QuarantineDocument, '_id'>): string {
  const at = _id.lastIndexOf('|') + 1;
  return _id.slice(at, at + 12);
}

/** The end of a row against which rules speak. */
export function endedBy(
  row: number,
  entry: QuarantineDocument | null,
  findings: readonly Finding[],
): ReturnedResult {
  const about = findings.some((it) => it.rule === 'NATURAL_PERSON_SUBJECT');
  const rules = [...new Set(findings.map((it) => it.rule))];
  return {
    row,
    entry: entry === null ? null : shortId(entry),
    outcome: about ? 'refused' : 'quarantined',
    rules: about ? ['NATURAL_PERSON_SUBJECT'] : rules,
  };
}

type Found = { readonly entry: QuarantineDocument } | { readonly rule: string };

/** The entry of a row: by its hidden key, else by the source's own key where exactly one row waits under it. */
async function findByRow({ database, ...work }: Resubmission, row: ReturnedRow): Promise<Found> {
  const owner = ownerOf({ database, ...work });
  const read = readRowKey(work.secret, owner, row.key);
  if (read === 'foreign') return { rule: 'ROW_KEY_FOREIGN' };
  if (read !== 'lost') {
    if (work.workbook.twice.has(row.key)) return { rule: 'ROW_KEY_TWICE' };
    const entry = await findEntry(database, `${owner.source}|${read.digest}`);
    return entry === null ? { rule: 'ROW_KEY_CLOSED' } : { entry };
  }
  const key = work.connector.sync.key ?? [];
  const names = work.workbook.columns.map((it) => it.toUpperCase());
  const cells = key.map((it) => row.cells[names.indexOf(it.toUpperCase())] ?? '');
  if (cells.length === 0 || cells.some((it) => it.trim() === '')) return { rule: 'ROW_KEY_LOST' };
  const [only, ...others] = await findEntriesOfRow(database, owner.source, cells.join('/'));
  return only === undefined || others.length > 0 ? { rule: 'ROW_KEY_LOST' } : { entry: only };
}

const isDisposition = (text: string): text is Disposition =>
  (DISPOSITIONS as readonly string[]).includes(text);

const CLOSED_BY: Readonly<Record<Disposition, readonly QuarantineDocument['status'][]>> = {
  已更正: ['resolved'],
  确认无误: ['confirmed', 'override-requested', 'override-approved'],
  撤回: ['dropped'],
};

/** What 确认无误 does: closes a warning; for a reject it asks for a second person. */
async function confirm(work: Resubmission, row: number, entry: QuarantineDocument): Promise<ReturnedResult> {
  const { database, by } = work;
  const at = { row, entry: shortId(entry) };
  const rejects = entry.findings.filter((it) => it.severity === 'reject').map((it) => it.rule);
  if (rejects.length === 0) {
    await closeEntry(database, entry._id, { status: 'confirmed', how: 'workbook', by, record: null });
    return { ...at, outcome: 'confirmed', rules: [] };
  }
  const rules = [...new Set(rejects)];
  if (!rules.every(isOverridable)) return endedBy(row, entry, [finding('NOT_OVERRIDABLE', null)]);
  await requestOverride(database, entry._id, { rules, by });
  return { ...at, outcome: 'override-requested', rules };
}

async function drop(work: Resubmission, row: number, entry: QuarantineDocument): Promise<ReturnedResult> {
  // A row that was accepted is not withdrawn by a workbook.
  if (entry.status === 'warned') return endedBy(row, entry, [finding('BAD_DISPOSITION', null)]);
  const { database, by } = work;
  await closeEntry(database, entry._id, { status: 'dropped', how: 'workbook', by, record: null });
  return { row, entry: shortId(entry), outcome: 'dropped', rules: [] };
}

/** Whether the row was answered in this way before; a correction is compared by its content when it is settled. */
function answeredBefore({ status, closed }: QuarantineDocument, disposition: Disposition): boolean {
  return CLOSED_BY[disposition].includes(status) && (closed ?? null)?.how !== 'read';
}

const isClosed = ({ status }: QuarantineDocument): boolean =>
  status !== 'open' &&
  status !== 'warned' &&
  status !== 'override-requested' &&
  status !== 'override-refused';

/**
 * Answers one row of a returned workbook, as far as that needs no judging: person guard, row key, disposition. Nothing
 * of a row about a person is kept or told.
 */
export async function answerRow(work: Resubmission, row: ReturnedRow): Promise<Answered> {
  const end = (rule: string, entry: QuarantineDocument | null = null): Answered => ({
    result: endedBy(row.number, entry, [finding(rule, null)]),
  });
  const found = await findByRow(work, row);
  const entry = 'entry' in found ? found.entry : null;
  const { kind } = work.workbook.facts;
  const typed =
    entry === null
      ? kind === 'export' && row.cells.some(isPersonTyped)
      : work.merger.isPerson(entry, row.cells, kind);
  if (typed || isPersonTyped(row.disposition)) return end('NATURAL_PERSON_SUBJECT');
  if ('rule' in found) return end(found.rule);
  if (work.answered.has(found.entry._id)) return end('ROW_KEY_TWICE', found.entry);
  work.answered.add(found.entry._id);
  const { disposition } = row;
  if (!isDisposition(disposition)) return end('BAD_DISPOSITION', found.entry);
  if (disposition === '已更正') {
    const mine = !isClosed(found.entry) || answeredBefore(found.entry, disposition);
    return mine ? { row, entry: found.entry } : end('ROW_KEY_CLOSED', found.entry);
  }
  if (answeredBefore(found.entry, disposition))
    return { result: { row: row.number, entry: shortId(found.entry), outcome: 'unchanged', rules: [] } };
  if (isClosed(found.entry)) return end('ROW_KEY_CLOSED', found.entry);
  const act = disposition === '撤回' ? drop : confirm;
  return { result: await act(work, row.number, found.entry) };
}

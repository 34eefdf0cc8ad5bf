import { randomUUID } from 'node:crypto';
import { appendAudit } from '../../registry/audit/index.ts';
import type { AcceptOutcome, Candidate } from '../../registry/records/index.ts';
import { acceptCorrected, judgeOf, RowMerger, type FeedbackParts } from '../feedback/index.ts';
import { Tally, type RunCounts } from '../pipeline/index.ts';
import {
  closeEntry,
  columnsOfEntry,
  forgetEntry,
  listEntries,
  type QuarantineDocument,
} from '../quarantine/index.ts';

/** Rules whose rows may be sound once the registry knows more of their subject. */
const RULES = ['CODE_NOT_CONVERTED', 'CODE_CONFLICT', 'BAD_USCC'] as const;
const PAGE = 200;

/** What looking again at waiting rows came to: read = accepted + unchanged + quarantined + refused. */
export type ConvertedReceipt = RunCounts & { readonly id: string; readonly connector: string };

type Waiting = { readonly entry: QuarantineDocument; readonly candidate: Candidate | null };

/** Judges waiting rows of the same columns as they are kept; null: something still speaks against the row. */
async function judgeAgain(
  parts: FeedbackParts,
  run: string,
  columns: readonly string[],
  entries: readonly QuarantineDocument[],
): Promise<Waiting[]> {
  const judge = judgeOf(parts, run);
  const merger = new RowMerger(judge, columns);
  const merged = entries.map((it) => merger.merge(it, null));
  const rows = merged.map(({ cells }, place) => ({ row: entries[place]?.row ?? '', cells, fault: null }));
  const verdicts = await judge.judgeRows(columns, rows);
  return entries.map((entry, place) => {
    const verdict = verdicts[place];
    const isWhole = merged[place]?.withheld.length === 0;
    return { entry, candidate: isWhole && verdict?.verdict === 'candidate' ? verdict.candidate : null };
  });
}

async function close(
  { database }: FeedbackParts,
  { entry, candidate }: Waiting,
  outcome: AcceptOutcome | undefined,
): Promise<Parameters<Tally['end']>[0]> {
  if (candidate === null || outcome === undefined) return 'quarantined';
  if (outcome.outcome === 'person-found-before') {
    await forgetEntry(database, entry._id);
    return 'refused';
  }
  if (!('v' in outcome)) return 'quarantined';
  const record = { key: candidate.key, v: outcome.v, hash: candidate.hash };
  await closeEntry(database, entry._id, { status: 'resolved', how: 'conversion', by: null, record });
  return outcome.outcome;
}

/** Of rows that say different things of one record none is taken here: their department decides. */
function withoutTwins(waiting: readonly Waiting[], seen: Map<string, string>): Waiting[] {
  return waiting.map((it) => {
    if (it.candidate === null) return it;
    const { key, hash } = it.candidate;
    const before = seen.get(key) ?? hash;
    seen.set(key, before);
    return before === hash ? it : { ...it, candidate: null };
  });
}

/** Rows that wait for their subject's code, page by page, each once. */
async function* waitingRows({ database, connector }: FeedbackParts): AsyncGenerator<QuarantineDocument[]> {
  const met = new Set<string>();
  for (const rule of RULES) {
    let after: string | null = null;
    for (let more = true; more;) {
      const query = {
        source: connector.metadata.id,
        rule,
        overdue: false,
        warned: false,
        after,
        limit: PAGE,
      };
      const page: QuarantineDocument[] = await listEntries(database, query);
      more = page.length === PAGE;
      after = page.at(-1)?._id ?? null;
      yield page.filter((it) => !met.has(it._id));
      for (const it of page) met.add(it._id);
    }
  }
}

/** Accepts the sound ones of rows that have the same columns, and counts the end of each. */
async function takeAlike(parts: FeedbackParts, waiting: readonly Waiting[], tally: Tally): Promise<void> {
  const sound = waiting.flatMap((it) => it.candidate ?? []);
  const outcomes = await acceptCorrected(parts.database, parts.connector.metadata.id, sound);
  for (const it of waiting) {
    tally.read += 1;
    tally.end(
      await close(parts, it, it.candidate === null ? undefined : outcomes[sound.indexOf(it.candidate)]),
    );
  }
}

/**
 * Takes in rows of a connector that waited for their subject's code and are sound now, because the subject register or
 * two persons said where it leads. A row that something else speaks against goes on waiting. Idempotent.
 *
 * @throws EXPRESSION_TOO_SLOW and every code of the stores
 */
export async function takeConverted(parts: FeedbackParts): Promise<ConvertedReceipt> {
  const { database, connector } = parts;
  const source = connector.metadata.id;
  const id = `conversion-${randomUUID()}`;
  const tally = new Tally();
  const seen = new Map<string, string>();
  for await (const page of waitingRows(parts)) {
    const alike = Map.groupBy(page, (it) => JSON.stringify(columnsOfEntry(it)));
    for (const [columns, entries] of alike) {
      const waiting = await judgeAgain(parts, id, JSON.parse(columns) as string[], entries);
      await takeAlike(parts, withoutTwins(waiting, seen), tally);
    }
  }
  const totals = tally.totals();
  if (totals.accepted > 0) {
    const details = { source, batch: id, accepted: totals.accepted };
    const entry = { event: 'CONVERTED_ROWS_TAKEN', actor: source, purpose: null, code: null, details };
    await appendAudit(database, [entry]);
  }
  return { id, connector: source, ...totals };
}

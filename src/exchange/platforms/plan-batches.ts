import { envelopeSchema, type WireRecord } from '../../contracts/messages/index.ts';
import { publicationDue, type CalendarDay } from '../../domain/calendar/index.ts';
import { canonicalJson, sha256Hex } from '../../domain/record/index.ts';
import { detectPersonNumber, redactText } from '../../domain/subject/index.ts';
import { idChunks } from '../../infra/mongo/index.ts';
import { findRecords, type RecordDocument } from '../../registry/records/index.ts';
import { deliveryId, type EnvelopeDocument } from '../delivery/index.ts';
import { decideAction, type RowAction } from './decide-action.ts';
import { todayOf, type ExchangeWith } from './exchange-with.ts';
import { mapRow, originOf, type DraftRow, type Said } from './map-row.ts';
import type { PlatformBatch } from './platform-link.ts';
import { findRows, mayHold, type PlatformRowDocument, type SentRow } from './platform-row-store.ts';

/** A batch, and what is noted of its rows before it goes. */
export type PlannedBatch = {
  readonly batch: PlatformBatch;
  /** Rows that are not noted yet under this number. */
  readonly notes: readonly SentRow[];
  /** Whether it was tried before and its outcome is not known. */
  readonly triedBefore: boolean;
};

/** What becomes of an envelope's records at a platform. */
export type Plan = {
  readonly batches: readonly PlannedBatch[];
  readonly sent: readonly WireRecord[];
  readonly withheld: readonly { readonly id: string; readonly rule: string }[];
};

/** A version that goes again, unchanged, says the same as the first time. */
function saidOf(record: WireRecord, action: RowAction, row: PlatformRowDocument | undefined): Said {
  if (action.action !== 'put') return 'withdraw';
  if (row === undefined) return 'insert';
  if (row.v === record.v && row.said !== 'withdraw') return row.said;
  return mayHold(row) ? 'correct' : 'insert';
}

/** Looks through the free texts of a row and the numbers of its documents for persons' numbers. */
function holdsPersonalData(
  on: ExchangeWith,
  dataset: string,
  cells: Readonly<Record<string, string>>,
): boolean {
  const { fields, identity } = on.catalogue.getDataset(dataset);
  const texts = new Set(fields.filter((it) => it.type === 'text').map((it) => it.name));
  return Object.entries(on.platform.records[dataset]?.columns ?? {}).some(([name, column]) => {
    const origin = originOf(column);
    const text = cells[name] ?? '';
    if (origin === null || !texts.has(origin)) return false;
    return identity.includes(origin) ? detectPersonNumber(text) !== null : redactText(text).hits > 0;
  });
}

function dueOnOf({ platform }: ExchangeWith, decidedOn: CalendarDay): CalendarDay | null {
  const { deadline } = platform;
  if (deadline === undefined) return null;
  const rule =
    'workdays' in deadline
      ? ({ unit: 'WORKING_DAYS', days: deadline.workdays } as const)
      : ({ unit: 'CALENDAR_DAYS', days: deadline.days } as const);
  return publicationDue(decidedOn, rule).on;
}

/** Draft rows of one dataset as a batch whose number follows from what is in it. */
function batchOf(
  on: ExchangeWith,
  envelope: { readonly id: string; readonly sentAt: string },
  drafts: readonly DraftRow[],
): PlatformBatch {
  const dataset = drafts[0]?.record.dataset ?? '';
  const { to = '', columns = {} } = on.platform.records[dataset] ?? {};
  const bare = drafts.map((it) => mapRow(it, '', on));
  const digest = sha256Hex(canonicalJson([envelope.id, to, bare]));
  const number = `${envelope.sentAt.slice(0, 10).replaceAll('-', '')}-${digest.slice(0, 16)}`;
  const rows = drafts.map((it) => ({
    key: it.record.key,
    v: it.record.v,
    cells: mapRow(it, number, on),
  }));
  return { number, to, columns: Object.keys(columns), rows };
}

function notesOf(
  on: ExchangeWith,
  drafts: readonly DraftRow[],
  sent: { readonly envelope: string; readonly batch: string; readonly to: string },
): SentRow[] {
  return drafts.map(({ record, said }) => ({
    key: record.key,
    v: record.v,
    said,
    ...sent,
    endsOn: said === 'withdraw' ? null : record.validUntil,
    dueOn: dueOnOf(on, record.decidedOn),
  }));
}

async function findNewest(on: ExchangeWith, keys: readonly string[]): Promise<Map<string, RecordDocument>> {
  const found = new Map<string, RecordDocument>();
  for (const some of idChunks(keys)) {
    for (const it of await findRecords(on.caller.database, some)) found.set(it._id, it);
  }
  return found;
}

type Judged = { readonly record: WireRecord; readonly action: RowAction; readonly said: Said };

function judge(
  on: ExchangeWith,
  record: WireRecord,
  known: { newest: RecordDocument | null; row: PlatformRowDocument | undefined },
): Judged {
  const { newest, row } = known;
  const told = row === undefined ? null : { v: row.v, mayHold: mayHold(row) };
  const decided = decideAction({ record, newest, told, platform: on.platform, today: todayOf(on) });
  const judged = { record, action: decided, said: saidOf(record, decided, row) };
  if (decided.action !== 'put') return judged;
  if (!holdsPersonalData(on, record.dataset, mapRow(judged, '', on))) return judged;
  const action = told?.mayHold === true ? 'withdraw' : 'withhold';
  return { record, action: { action, reason: 'UNMASKED_PERSONAL_DATA' }, said: 'withdraw' };
}

/**
 * Decides anew, at each attempt, what of an envelope goes to a platform and as what. The body of the envelope stays
 * what it was; where less may be sent than the time before, the batch has another number.
 */
export async function planBatches(on: ExchangeWith, document: EnvelopeDocument): Promise<Plan> {
  const envelope = envelopeSchema.parse(JSON.parse(document.body ?? ''));
  const keys = envelope.records.map((it) => it.key);
  const newest = await findNewest(on, keys);
  const known = await findRows(on.caller.database, on.partner.id, keys);
  const judged = envelope.records.map((it) =>
    judge(on, it, { newest: newest.get(it.key) ?? null, row: known.get(it.key) }),
  );
  const withheld = judged.flatMap(({ record, action }) =>
    action.action === 'withhold'
      ? [{ id: deliveryId(on.partner.id, record.key, record.v), rule: action.reason }]
      : [],
  );
  const going = judged.filter((it) => it.action.action !== 'withhold');
  const batches = [...Map.groupBy(going, (it) => it.record.dataset).values()].map((drafts): PlannedBatch => {
    const batch = batchOf(on, envelope, drafts);
    const notes = notesOf(on, drafts, { envelope: document._id, batch: batch.number, to: batch.to });
    const isNoted = (it: SentRow) => known.get(it.key)?.batch === batch.number;
    return { batch, notes: notes.filter((it) => !isNoted(it)), triedBefore: notes.some(isNoted) };
  });
  return { batches, sent: going.map((it) => it.record), withheld };
}

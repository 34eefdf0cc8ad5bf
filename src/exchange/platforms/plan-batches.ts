import { envelopeSchema, type WireRecord } from '../../contracts/messages/index.ts';
import { publicationDue, type CalendarDay } from '../../domain/calendar/index.ts';
import { canonicalJson, sha256Hex } from '../../domain/record/index.ts';
import { idChunks } from '../../infra/mongo/index.ts';
import { findRecords, type RecordDocument } from '../../registry/records/index.ts';
import { deliveryId, findDeliveries, type EnvelopeDocument } from '../delivery/index.ts';
import { todayOf, type ExchangeWith } from './exchange-with.ts';
import { judgeRecord, type LastWord } from './judge-record.ts';
import { mapRow, type DraftRow } from './map-row.ts';
import type { PlatformBatch } from './platform-link.ts';
import { findRows, mayHold, type PlatformRowDocument, type SentRow } from './platform-row-store.ts';

/** A batch, and what is noted of its rows before it goes. */
export type PlannedBatch = {
  readonly batch: PlatformBatch;
  /** Rows that are not noted yet under this number. */
  readonly notes: readonly SentRow[];
  /** Record keys among them of which the platform was told something before. */
  readonly known: ReadonlySet<string>;
  /** Numbers of batches, this one's among them, that brought rows of this one before and whose outcome is not known. */
  readonly unsure: readonly string[];
};

/** What becomes of an envelope's records at a platform. */
export type Plan = {
  readonly batches: readonly PlannedBatch[];
  readonly sent: readonly WireRecord[];
  readonly withheld: readonly { readonly id: string; readonly rule: string }[];
};

function lastWordOf(row: PlatformRowDocument | undefined): LastWord | null {
  return row === undefined ? null : { v: row.v, said: row.said, mayHold: mayHold(row) };
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

/** Records that the platform has not answered meanwhile: its word may come before the envelope goes again. */
async function stillOwed(
  on: ExchangeWith,
  envelope: string,
  records: readonly WireRecord[],
): Promise<WireRecord[]> {
  const ids = records.map((it) => deliveryId(on.partner.id, it.key, it.v));
  const deliveries = await findDeliveries(on.caller.database, ids);
  const owed = deliveries.filter((it) => it.state === 'packed' && it.envelope === envelope);
  const known = new Set(owed.map((it) => it._id));
  return records.filter((_, place) => known.has(ids[place] ?? ''));
}

async function findNewest(on: ExchangeWith, keys: readonly string[]): Promise<Map<string, RecordDocument>> {
  const found = new Map<string, RecordDocument>();
  for (const some of idChunks(keys)) {
    for (const it of await findRecords(on.caller.database, some)) found.set(it._id, it);
  }
  return found;
}

/** Where the same versions went before without a word of the platform. */
function unsureOf(drafts: readonly DraftRow[], known: ReadonlyMap<string, PlatformRowDocument>): string[] {
  const rows = drafts.flatMap(({ record }) => {
    const row = known.get(record.key);
    return row?.v === record.v && row.outcome === 'waiting' ? [row.batch] : [];
  });
  return [...new Set(rows)];
}

/**
 * Decides anew, at each attempt, what of an envelope goes to a platform and as what. The body of the envelope stays
 * what it was; where less may be sent than the time before, the batch has another number.
 */
export async function planBatches(on: ExchangeWith, document: EnvelopeDocument): Promise<Plan> {
  const envelope = envelopeSchema.parse(JSON.parse(document.body ?? ''));
  const records = await stillOwed(on, document._id, envelope.records);
  const keys = records.map((it) => it.key);
  const newest = await findNewest(on, keys);
  const known = await findRows(on.caller.database, on.partner.id, keys);
  const against = { platform: on.platform, catalogue: on.catalogue, today: todayOf(on) };
  const told = new Set(known.keys());
  const judged = records.map((it) =>
    judgeRecord(it, { newest: newest.get(it.key) ?? null, last: lastWordOf(known.get(it.key)) }, against),
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
    return {
      batch,
      notes: notes.filter((it) => !isNoted(it)),
      known: told,
      unsure: unsureOf(drafts, known),
    };
  });
  return { batches, sent: going.map((it) => it.record), withheld };
}

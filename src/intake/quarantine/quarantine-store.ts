import { createHmac } from 'node:crypto';
import { addWorkingDays } from '../../domain/calendar/index.ts';
import { canonicalJson } from '../../domain/record/index.ts';
import { defineCollection, idChunks, type HubDatabase } from '../../infra/mongo/index.ts';
import {
  columnsOfEntry,
  WAITING_STATUSES,
  type QuarantineDocument,
  type QuarantineEntry,
  type QuarantineOutcome,
} from './quarantine-entry.ts';

/** Working days that a department has where its manifest says nothing. */
const DUE_WORKDAYS = 5;

/** Filter of entries that wait. */
export const WAITING = { status: { $in: [...WAITING_STATUSES] } };
/** Filter of entries that are not closed: those that wait, and rows that were accepted with a warning. */
export const OPEN = { status: { $in: [...WAITING_STATUSES, 'warned' as const] } };

/** `quarantine`: refused input that its department can mend. Never a row about a person. */
export const quarantineModel = defineCollection<QuarantineDocument>('quarantine', [
  { keys: { source: 1, status: 1, row: 1 } },
  { keys: { status: 1, dueOn: 1 } },
]);

/** Keyed digest of a raw row: it tells whether a row is the same without keeping what it said. */
export function rowDigest(secret: Buffer, cells: unknown): string {
  return createHmac('sha256', secret).update(canonicalJson(cells)).digest('hex');
}

type Known = Pick<QuarantineDocument, '_id' | 'status' | 'closed'>;
type Step = 'new' | 'met' | 'reopened' | 'closed';

const isWaiting = ({ status }: Known): boolean => (WAITING_STATUSES as readonly string[]).includes(status);

/** A reading of the source that closed an entry is taken back by a later one; an answer of the department stands. */
function stepOf(known: Known | undefined, entry: QuarantineEntry): Step {
  if (known === undefined) return 'new';
  if (isWaiting(known)) return 'met';
  if (known.status === 'warned') return entry.accepted === true ? 'met' : 'reopened';
  if (entry.accepted === true) return 'closed';
  // Entries of earlier versions of the hub have no closing: what closed them was a reading.
  const { status, closed = null } = known;
  const isByRegistry = closed === null || closed.how === 'read' || closed.how === 'conversion';
  return status === 'superseded' || isByRegistry ? 'reopened' : 'closed';
}

function updateOf(entry: QuarantineEntry, step: Step, dueOn: string): Record<string, unknown> {
  const { run, findings } = entry;
  const met = { run: { $literal: run }, lastSeenAt: '$$NOW' };
  if (step === 'closed') return met;
  if (step === 'met') return { ...met, findings: { $literal: findings } };
  return {
    ...met,
    findings: { $literal: findings },
    source: { $literal: entry.source },
    row: { $literal: entry.row },
    keyed: entry.keyed === true,
    file: { $literal: entry.file ?? null },
    rowNumber: { $literal: entry.rowNumber ?? entry.row },
    redacted: { $literal: entry.redacted },
    columns: { $literal: [...columnsOfEntry(entry)] },
    status: entry.accepted === true ? 'warned' : 'open',
    firstRun: { $literal: run },
    dueOn: { $literal: dueOn },
    firstSeenAt: '$$NOW',
    closed: null,
    override: null,
  };
}

const idOf = ({ source, digest }: QuarantineEntry): string => `${source}|${digest}`;

async function readKnown(database: HubDatabase, ids: readonly string[]): Promise<Map<string, Known>> {
  const found: Known[] = [];
  for (const some of idChunks(ids)) {
    const options = { projection: { status: 1, closed: 1 } };
    found.push(
      ...(await quarantineModel
        .in(database)
        .find({ _id: { $in: some } }, options)
        .toArray()),
    );
  }
  return new Map(found.map((it) => [it._id, it]));
}

/** A later reading of a source row with other content wins; what one run reads twice stands side by side. */
async function supersede(database: HubDatabase, entries: readonly QuarantineEntry[]): Promise<void> {
  const keyed = Map.groupBy(
    entries.filter((it) => it.keyed === true),
    (it) => it.source,
  );
  for (const [source, some] of keyed) {
    for (const chunk of idChunks(some)) {
      const row = { $in: chunk.map((it) => it.row) };
      const earlier = { run: { $ne: chunk[0]?.run ?? '' }, keyed: true };
      await quarantineModel.in(database).updateMany({ source, ...OPEN, row, ...earlier }, [
        {
          $set: {
            status: 'superseded',
            superseded: { run: { $literal: chunk[0]?.run ?? '' }, before: '$status' },
            closed: { at: '$$NOW', how: 'read', by: null, record: null },
          },
        },
      ]);
    }
  }
}

/**
 * Puts rows of one run into quarantine. A row that waits already is only met again; a row that its department answered
 * for stays closed; another content under the same name takes the place of the earlier one.
 *
 * @returns for each entry, in order: `quarantined` where it waits anew, `unchanged` where nothing came of it
 */
export async function quarantineRows(
  database: HubDatabase,
  entries: readonly QuarantineEntry[],
): Promise<readonly QuarantineOutcome[]> {
  if (entries.length === 0) return [];
  const known = await readKnown(database, [...new Set(entries.map(idOf))]);
  const today = database.clock.today();
  const seen = new Set<string>();
  const outcomes: QuarantineOutcome[] = [];
  const operations = entries.flatMap((entry) => {
    const id = idOf(entry);
    const step = seen.has(id) ? 'met' : stepOf(known.get(id), entry);
    outcomes.push(step === 'new' || step === 'reopened' ? 'quarantined' : 'unchanged');
    if (seen.has(id)) return [];
    seen.add(id);
    const dueOn = addWorkingDays(today, entry.dueWorkdays ?? DUE_WORKDAYS).on;
    const update = [{ $set: updateOf(entry, step, dueOn) }];
    return [{ updateOne: { filter: { _id: id }, update, upsert: true } }];
  });
  await quarantineModel.in(database).bulkWrite(operations, { ordered: false });
  await supersede(
    database,
    entries.filter((_, place) => outcomes[place] === 'quarantined'),
  );
  return outcomes;
}

/** What would become of rows that are put into quarantine, in order; nothing is written. */
export async function foreseeRows(
  database: HubDatabase,
  entries: readonly QuarantineEntry[],
): Promise<readonly QuarantineOutcome[]> {
  const known = await readKnown(database, [...new Set(entries.map(idOf))]);
  const seen = new Set<string>();
  return entries.map((entry) => {
    const id = idOf(entry);
    const step = seen.has(id) ? 'met' : stepOf(known.get(id), entry);
    seen.add(id);
    return step === 'new' || step === 'reopened' ? 'quarantined' : 'unchanged';
  });
}

/**
 * Takes back what a run did to the quarantine of a source: it was discarded, and nothing of it is to stay. Entries that
 * only it met go; those whose place one of them took wait again.
 */
export async function forgetRun(database: HubDatabase, source: string, run: string): Promise<void> {
  const quarantine = quarantineModel.in(database);
  await quarantine.updateMany({ source, status: 'superseded', 'superseded.run': run }, [
    { $set: { status: '$superseded.before', superseded: null, closed: null } },
  ]);
  await quarantine.deleteMany({ source, status: { $in: ['open', 'warned'] }, run, firstRun: run });
}

/** Entries by the source's names of their rows, or by the digests of rows without a name. */
const isOneOf = (source: string, rows: readonly string[]) => ({
  $or: [
    { row: { $in: [...rows] }, keyed: { $ne: false } },
    { _id: { $in: rows.map((it) => `${source}|${it}`) } },
  ],
});

/**
 * Closes entries of source rows that were accepted meanwhile, but for those that the accepted run met itself.
 *
 * @param rows the source's own names of rows, or the digests of rows that have none
 */
export async function resolveRows(
  database: HubDatabase,
  source: string,
  rows: readonly string[],
  run: string,
): Promise<void> {
  for (const some of idChunks(rows)) {
    await quarantineModel
      .in(database)
      .updateMany({ source, ...OPEN, ...isOneOf(source, some), run: { $ne: run } }, [
        { $set: { status: 'resolved', closed: { at: '$$NOW', how: 'read', by: null, record: null } } },
      ]);
  }
}

/** Removes an entry whose row turned out to be about a record in which a person was found. */
export async function forgetEntry(database: HubDatabase, id: string): Promise<void> {
  await quarantineModel.in(database).deleteOne({ _id: id });
}

/** Removes the rows of a record in which a person was found, closed ones too. */
export async function forgetRows(
  database: HubDatabase,
  key: string,
  rows: readonly { readonly source: string; readonly row: string }[],
): Promise<void> {
  const quarantine = quarantineModel.in(database);
  for (const { source, row } of rows) await quarantine.deleteMany({ source, row });
  // A row that was corrected in a workbook may have another name there than at its source.
  await quarantine.deleteMany({ 'closed.record.key': key });
  // A partner's rows are named by key and version.
  await quarantine.deleteMany({ source: { $regex: '^hub:' }, row: { $regex: `^${key}/` } });
}

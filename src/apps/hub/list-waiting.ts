import type { ApiParts } from '../../api/gateway/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { columnsOfEntry, listEntries, type QuarantineDocument } from '../../intake/quarantine/index.ts';

type ListQuarantine = ApiParts['operations']['listQuarantine'];
type WaitingRow = Awaited<ReturnType<ListQuarantine>>[number];

const STATES: Readonly<Record<string, WaitingRow['state']>> = {
  open: 'OPEN',
  'override-requested': 'OVERRIDE_REQUESTED',
  'override-refused': 'OVERRIDE_REFUSED',
};

function rowOf(entry: QuarantineDocument, today: string): WaitingRow {
  const { _id: id, source: connector, row, redacted, findings, firstSeenAt, lastSeenAt } = entry;
  const { dueOn = null } = entry;
  return {
    id,
    connector,
    row,
    file: entry.file?.name ?? null,
    state: STATES[entry.status] ?? 'OPEN',
    dueOn,
    overdue: dueOn !== null && dueOn < today,
    firstSeenAt,
    lastSeenAt,
    findings,
    cells: columnsOfEntry(entry).map((column) => ({ column, value: redacted[column] ?? '' })),
  };
}

/** Rows in quarantine as the query interface shows them. */
export async function listWaiting(
  database: HubDatabase,
  { connector: source, ...query }: Parameters<ListQuarantine>[0],
): ReturnType<ListQuarantine> {
  const entries = await listEntries(database, { source, warned: false, ...query });
  return entries.map((it) => rowOf(it, database.clock.today()));
}

import { HubError } from '../../domain/hub-error.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import type { CursorValues, LoadedConnector } from '../connectors/index.ts';
import { parseOrder } from './decide-run.ts';
import { withRunLease } from './run-lease.ts';
import type { RunParts } from './run-options.ts';
import { readState, writeState, type ConnectorState } from './run-store.ts';

/** Who changes a connector's state, and why. */
export type StateOrder = { readonly by: string; readonly reason: string };

/** Reads a place that a person wrote. @throws BAD_CURSOR_VALUE */
export type ParseCursor = (connector: LoadedConnector, value: unknown) => CursorValues;

function bad(message: string): HubError {
  return new HubError('BAD_CURSOR_VALUE', 'config', message);
}

/**
 * A place in a source: for each cursor column of the manifest a text as the database writes it, and nothing else.
 *
 * @throws BAD_CURSOR_VALUE
 */
export const parseCursorValues: ParseCursor = ({ metadata, sync }, value) => {
  const columns = sync.cursor ?? [];
  if (columns.length === 0)
    throw bad(`${metadata.id} is not read by a cursor: only sync.cursor in its manifest makes it so`);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(`a cursor is one JSON object with the members ${columns.join(', ')}`);
  const unknown = Object.keys(value).filter((it) => !columns.includes(it));
  if (unknown.length > 0)
    throw bad(`${unknown.join(', ')}: no cursor column; these are: ${columns.join(', ')}`);
  return Object.fromEntries(
    columns.map((column) => {
      const text: unknown = (value as Record<string, unknown>)[column];
      if (typeof text !== 'string' || text === '')
        throw bad(`${column} needs a text, as the database writes it: "2026-11-01 08:00:00"`);
      return [column, text];
    }),
  );
};

async function changeState(
  { database }: Pick<RunParts, 'database'>,
  of: { readonly connector: LoadedConnector; readonly order: StateOrder; readonly event: string },
  change: Partial<Pick<ConnectorState, 'cursor' | 'files' | 'lastFull' | 'columns'>>,
): Promise<ConnectorState> {
  const { id } = of.connector.metadata;
  const { by, reason } = parseOrder(of.order);
  return withRunLease(database, id, async (guard) => {
    const { cursor, open } = await readState(database, id);
    if (open !== undefined && open !== null) {
      const said = `run ${open.run} of ${id} is not over: release, discard or finish it first`;
      throw new HubError('RUN_WAITS', 'refused', said);
    }
    const details = { source: id, reason, before: cursor, after: change.cursor ?? null };
    await appendAudit(database, [{ event: of.event, actor: by, purpose: null, code: null, details }]);
    await writeState(database, id, guard.fence, change);
    return readState(database, id);
  });
}

/**
 * Moves a connector's cursor: the next run reads what stands behind it.
 *
 * @throws BAD_CURSOR_VALUE, NO_REASON, BAD_ACTOR, BAD_REASON, RUN_WAITS, CONNECTOR_BUSY
 */
export async function setCursor(
  parts: Pick<RunParts, 'database'>,
  of: { readonly connector: LoadedConnector; readonly order: StateOrder; readonly parse?: ParseCursor },
  value: unknown,
): Promise<ConnectorState> {
  const cursor = { ...(of.parse ?? parseCursorValues)(of.connector, value) };
  return changeState(parts, { ...of, event: 'STATE_SET' }, { cursor });
}

/**
 * Forgets where a connector stands: the next run reads from the beginning, and every file again. What was accepted
 * stays.
 *
 * @throws NO_REASON, BAD_ACTOR, BAD_REASON, RUN_WAITS, CONNECTOR_BUSY
 */
export async function resetState(
  parts: Pick<RunParts, 'database'>,
  of: { readonly connector: LoadedConnector; readonly order: StateOrder },
): Promise<ConnectorState> {
  return changeState(parts, { ...of, event: 'STATE_RESET' }, { cursor: null, files: [] });
}

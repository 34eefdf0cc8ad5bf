import type { SyncSpec } from '../../contracts/manifests/index.ts';
import { earlierTime } from './cursor-overlap.ts';
import type { ManifestFault } from './manifest-fault.ts';
import type { CursorValues } from './raw-page.ts';

/** A cursor that a person gave: the values to go on from, or everything that is wrong with them. */
export type ParsedCursor =
  | { readonly cursor: CursorValues; readonly faults: readonly [] }
  | { readonly cursor: null; readonly faults: readonly ManifestFault[] };

const MAX_CHARACTERS = 200;

function valueOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
}

function columnFaults(column: string, value: unknown, isTime: boolean): ManifestFault[] {
  const fault = (message: string): ManifestFault[] => [{ path: ['cursor', column], message }];
  if (value === undefined) return fault(`the cursor column ${column} is missing`);
  const text = valueOf(value);
  if (text === null) return fault(`${column} is a text as the database writes it, or a whole number`);
  if (text === '') return fault(`${column} is empty: begin from the start by taking the whole state away`);
  if (text.length > MAX_CHARACTERS) return fault(`${column} has more than ${MAX_CHARACTERS} characters`);
  if (isTime && earlierTime(text, 1) === null)
    return fault(`${column} is no time such as 2026-01-31 08:00:00: sync.overlap counts back from one`);
  return [];
}

/**
 * Reads a place in an incremental source that a person gave, against its manifest: every fault at once.
 *
 * @param value an object with a text, or a whole number, for each cursor column
 */
export function parseCursor(sync: Pick<SyncSpec, 'cursor' | 'overlap'>, value: unknown): ParsedCursor {
  const columns = sync.cursor ?? [];
  if (columns.length === 0)
    return {
      cursor: null,
      faults: [{ path: ['cursor'], message: 'the source is read as a whole: it has no cursor' }],
    };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { cursor: null, faults: [{ path: ['cursor'], message: `an object with ${columns.join(', ')}` }] };
  const given = new Map(Object.entries(value));
  const unknown = [...given.keys()]
    .filter((it) => !columns.includes(it))
    .map((it) => ({
      path: ['cursor', it],
      message: `${it} is no cursor column: these are ${columns.join(', ')}`,
    }));
  const wrong = columns.flatMap((it, place) =>
    columnFaults(it, given.get(it), place === 0 && sync.overlap !== undefined),
  );
  const faults = [...unknown, ...wrong];
  if (faults.length > 0) return { cursor: null, faults };
  return { cursor: Object.fromEntries(columns.map((it) => [it, valueOf(given.get(it)) ?? ''])), faults: [] };
}

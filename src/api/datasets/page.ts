import { HubError } from '../../domain/hub-error.ts';
import type { RecordPosition } from '../../registry/records/index.ts';

/** Most records on a page, and how many where none is said. */
const MAX_PAGE = 100;
const DEFAULT_PAGE = 20;

/** Arguments of a dataset field as they arrive. */
export type DatasetArguments = {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
  readonly sources?: readonly string[] | null;
  readonly regions?: readonly string[] | null;
  readonly validOn?: string | null;
  readonly knownAt?: string | null;
};

/** Which stretch of the one order (decision day descending, record key ascending) is wanted. */
export type Page = {
  readonly size: number;
  readonly after: RecordPosition | null;
  readonly before: RecordPosition | null;
  readonly backwards: boolean;
};

/** Opaque cursor of a place in the order. */
export function encodeCursor(position: RecordPosition): string {
  return Buffer.from(`${position.decidedOn}|${position.key}`, 'utf8').toString('base64url');
}

/** The place a cursor stands for. @throws BAD_CURSOR */
export function decodeCursor(cursor: string): RecordPosition {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const match = /^(\d{4}-\d{2}-\d{2})\|([0-9a-f]{64})$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new HubError('BAD_CURSOR', 'refused', 'this cursor was not issued by this list: start without one');
  }
  return { decidedOn: match[1], key: match[2] };
}

function sizeOf(name: string, value: number): number {
  if (value >= 1 && value <= MAX_PAGE) return value;
  throw new HubError('BAD_PAGE', 'refused', `${name} is from 1 to ${MAX_PAGE}`, {
    details: { limit: MAX_PAGE, actual: value, hint: `page through the list with ${name}: ${MAX_PAGE}` },
  });
}

/** The page that the arguments ask for. @throws BAD_PAGE, BAD_CURSOR */
export function pageOf(args: DatasetArguments): Page {
  const { first, last } = args;
  if (typeof first === 'number' && typeof last === 'number') {
    throw new HubError('BAD_PAGE', 'refused', 'give first or last, not both');
  }
  const backwards = typeof last === 'number';
  return {
    size: backwards ? sizeOf('last', last) : sizeOf('first', first ?? DEFAULT_PAGE),
    after: typeof args.after === 'string' ? decodeCursor(args.after) : null,
    before: typeof args.before === 'string' ? decodeCursor(args.before) : null,
    backwards,
  };
}

/** Which of two places comes first in the order; 0 when they are the same. */
export function comparePositions(a: RecordPosition, b: RecordPosition): number {
  if (a.decidedOn !== b.decidedOn) return a.decidedOn > b.decidedOn ? -1 : 1;
  if (a.key === b.key) return 0;
  return a.key < b.key ? -1 : 1;
}

/** Whether a place lies on the wanted stretch, its size aside. */
export function isWithin(position: RecordPosition, page: Page): boolean {
  if (page.after !== null && comparePositions(position, page.after) <= 0) return false;
  return page.before === null || comparePositions(position, page.before) < 0;
}

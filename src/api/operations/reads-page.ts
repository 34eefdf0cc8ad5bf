import { HubError } from '../../domain/hub-error.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { listReads, type ReadEntry } from '../../registry/audit/index.ts';
import { fieldError } from '../shared/index.ts';
import type { QueryReadsArgs } from './generated/schema-types.ts';

const MAX_PAGE = 100;

/** A page of reads as the schema shows it. */
export type ReadsPage = {
  readonly edges: readonly { readonly cursor: string; readonly node: ReadEntry }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
};

function cursorOf({ at, id }: Pick<ReadEntry, 'at' | 'id'>): string {
  return Buffer.from(`${at.toISOString()}|${id}`, 'utf8').toString('base64url');
}

function placeOf(cursor: string): { at: Date; id: string } {
  const match = /^([0-9TZ:.-]{24})\|([0-9a-f]{24})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  const at = new Date(match?.[1] ?? '');
  if (match?.[2] !== undefined && !Number.isNaN(at.getTime())) return { at, id: match[2] };
  throw fieldError(new HubError('BAD_CURSOR', 'refused', 'this cursor was not issued by this list'));
}

/**
 * Who read records of one authority or one connector, newest first.
 *
 * @throws BAD_USER_INPUT, BAD_PAGE, BAD_CURSOR
 */
export async function readsPage(database: HubDatabase, args: QueryReadsArgs): Promise<ReadsPage> {
  const { producer = null, connector: source = null, first = 50, after = null } = args;
  if (producer === null && source === null)
    throw fieldError(new HubError('BAD_USER_INPUT', 'refused', 'give producer or connector'));
  const size = first ?? 50;
  if (size < 1 || size > MAX_PAGE) {
    const details = { limit: MAX_PAGE, actual: size, hint: `page through the list with first: ${MAX_PAGE}` };
    throw fieldError(new HubError('BAD_PAGE', 'refused', `first is from 1 to ${MAX_PAGE}`, { details }));
  }
  const place = after === null ? null : placeOf(after);
  const found = await listReads(database, { producer, source, after: place, limit: size + 1 });
  const page = found.slice(0, size);
  const [head, tail] = [page[0], page.at(-1)];
  return {
    edges: page.map((node) => ({ cursor: cursorOf(node), node })),
    pageInfo: {
      hasNextPage: found.length > size,
      hasPreviousPage: place !== null,
      startCursor: head === undefined ? null : cursorOf(head),
      endCursor: tail === undefined ? null : cursorOf(tail),
    },
  };
}

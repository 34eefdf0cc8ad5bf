import { HubError } from '../../domain/hub-error.ts';
import { fieldError } from '../shared/index.ts';
import type { QueryRunsArgs } from './generated/schema-types.ts';
import type { OperationsPort, RunPlace, RunSummary } from './operations-port.ts';

const MAX_PAGE = 100;

/** A page of runs as the schema shows it. */
export type RunsPage = {
  readonly edges: readonly { readonly cursor: string; readonly node: RunSummary }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
};

function cursorOf({ startedAt, id }: RunPlace): string {
  return Buffer.from(`${startedAt.toISOString()}|${id}`, 'utf8').toString('base64url');
}

function placeOf(cursor: string): RunPlace {
  const match = /^([0-9TZ:.-]{24})\|([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  const startedAt = new Date(match?.[1] ?? '');
  if (match?.[2] !== undefined && !Number.isNaN(startedAt.getTime())) return { startedAt, id: match[2] };
  throw fieldError(new HubError('BAD_CURSOR', 'refused', 'this cursor was not issued by this list'));
}

/**
 * Runs of a connector, or of all, newest first.
 *
 * @throws BAD_PAGE, BAD_CURSOR
 */
export async function runsPage(port: OperationsPort, args: QueryRunsArgs): Promise<RunsPage> {
  const { connector = null, first, after = null } = args;
  const size = first ?? 20;
  if (size < 1 || size > MAX_PAGE) {
    const details = { limit: MAX_PAGE, actual: size, hint: `page through the list with first: ${MAX_PAGE}` };
    throw fieldError(new HubError('BAD_PAGE', 'refused', `first is from 1 to ${MAX_PAGE}`, { details }));
  }
  const place = after === null ? null : placeOf(after);
  const found = await port.listRuns({ connector, limit: size + 1, after: place });
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

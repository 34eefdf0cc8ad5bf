import { HubError } from '../../domain/hub-error.ts';
import { fieldError } from '../shared/index.ts';
import type { QueryQuarantineRowsArgs } from './generated/schema-types.ts';
import type { OperationsPort, WaitingRow } from './operations-port.ts';

const MAX_PAGE = 100;

/** A page of rows in quarantine as the schema shows it. */
export type QuarantinePage = {
  readonly edges: readonly { readonly cursor: string; readonly node: WaitingRow }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
};

const cursorOf = ({ id }: WaitingRow): string => Buffer.from(id, 'utf8').toString('base64url');

function placeOf(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (/^[a-z0-9:-]{1,100}\|[0-9a-f]{64}$/.test(id)) return id;
  throw fieldError(new HubError('BAD_CURSOR', 'refused', 'this cursor was not issued by this list'));
}

/**
 * Rows that wait for their departments.
 *
 * @throws BAD_PAGE, BAD_CURSOR
 */
export async function quarantinePage(
  port: OperationsPort,
  args: QueryQuarantineRowsArgs,
): Promise<QuarantinePage> {
  const size = args.first ?? 50;
  if (size < 1 || size > MAX_PAGE) {
    const details = { limit: MAX_PAGE, actual: size, hint: `page through the list with first: ${MAX_PAGE}` };
    throw fieldError(new HubError('BAD_PAGE', 'refused', `first is from 1 to ${MAX_PAGE}`, { details }));
  }
  const after = args.after === null || args.after === undefined ? null : placeOf(args.after);
  const { connector = null, rule = null } = args;
  const overdue = args.overdue ?? false;
  const found = await port.listQuarantine({ connector, rule, overdue, after, limit: size + 1 });
  const page = found.slice(0, size);
  const [head, tail] = [page[0], page.at(-1)];
  return {
    edges: page.map((node) => ({ cursor: cursorOf(node), node })),
    pageInfo: {
      hasNextPage: found.length > size,
      hasPreviousPage: after !== null,
      startCursor: head === undefined ? null : cursorOf(head),
      endCursor: tail === undefined ? null : cursorOf(tail),
    },
  };
}

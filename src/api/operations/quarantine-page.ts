import type { QueryQuarantineRowsArgs } from './generated/schema-types.ts';
import type { OperationsPort, WaitingRow } from './operations-port.ts';
import { readPage, type Page } from './page.ts';

/**
 * Rows that wait for their departments.
 *
 * @throws BAD_PAGE, BAD_CURSOR
 */
export function quarantinePage(
  port: OperationsPort,
  args: QueryQuarantineRowsArgs,
): Promise<Page<WaitingRow>> {
  const { connector = null, rule = null } = args;
  const overdue = args.overdue ?? false;
  return readPage<WaitingRow, string>(
    {
      usual: 50,
      textOf: ({ id }) => id,
      placeOf: (text) => (/^[a-z0-9:-]{1,100}\|[0-9a-f]{64}$/.test(text) ? text : null),
      read: (after, limit) => port.listQuarantine({ connector, rule, overdue, after, limit }),
    },
    args,
  );
}

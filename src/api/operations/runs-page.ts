import type { QueryRunsArgs } from './generated/schema-types.ts';
import type { OperationsPort, RunPlace, RunSummary } from './operations-port.ts';
import { instantPlace, readPage, type Page } from './page.ts';

/**
 * Runs of a connector, or of all, newest first.
 *
 * @throws BAD_PAGE, BAD_CURSOR
 */
export function runsPage(port: OperationsPort, args: QueryRunsArgs): Promise<Page<RunSummary>> {
  const { connector = null } = args;
  return readPage<RunSummary, RunPlace>(
    {
      usual: 20,
      textOf: ({ startedAt, id }) => `${startedAt.toISOString()}|${id}`,
      placeOf: (text) => {
        const place = instantPlace(text, /^[0-9a-f-]{36}$/);
        return place === null ? null : { startedAt: place.at, id: place.id };
      },
      read: (after, limit) => port.listRuns({ connector, limit, after }),
    },
    args,
  );
}

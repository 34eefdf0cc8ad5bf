import { HubError } from '../../domain/hub-error.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { listReads, type ReadEntry } from '../../registry/audit/index.ts';
import { fieldError } from '../shared/index.ts';
import type { QueryReadsArgs } from './generated/schema-types.ts';
import { instantPlace, readPage, type Page } from './page.ts';

/**
 * Who read records of one authority or one connector, newest first.
 *
 * @throws BAD_USER_INPUT, BAD_PAGE, BAD_CURSOR
 */
export async function readsPage(database: HubDatabase, args: QueryReadsArgs): Promise<Page<ReadEntry>> {
  const { producer = null, connector: source = null } = args;
  if (producer === null && source === null)
    throw fieldError(new HubError('BAD_USER_INPUT', 'refused', 'give producer or connector'));
  return readPage(
    {
      usual: 50,
      textOf: ({ at, id }: ReadEntry) => `${at.toISOString()}|${id}`,
      placeOf: (text) => instantPlace(text, /^[0-9a-f]{24}$/),
      read: (after, limit) => listReads(database, { producer, source, after, limit }),
    },
    args,
  );
}

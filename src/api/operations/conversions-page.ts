import type { HubDatabase } from '../../infra/mongo/index.ts';
import {
  listConversions,
  type ConversionDocument,
  type ConversionState,
} from '../../registry/conversions/index.ts';
import type { QueryCodeConversionsArgs } from './generated/schema-types.ts';
import { readPage, type Page } from './page.ts';

const STATES = {
  WAITING: 'waiting',
  CONFLICT: 'conflict',
  REQUESTED: 'requested',
  CONVERTED: 'converted',
} as const satisfies Record<string, ConversionState>;

/** The state of a conversion as the schema writes it. */
export function stateOf({ state }: Pick<ConversionDocument, 'state'>): keyof typeof STATES {
  return (Object.keys(STATES) as (keyof typeof STATES)[]).find((it) => STATES[it] === state) ?? 'WAITING';
}

/**
 * Codes that stand in place of unified codes.
 *
 * @throws BAD_PAGE, BAD_CURSOR
 */
export function conversionsPage(
  database: HubDatabase,
  args: QueryCodeConversionsArgs,
): Promise<Page<ConversionDocument>> {
  const state = args.state ? STATES[args.state] : null;
  const { department = null } = args;
  return readPage<ConversionDocument, string>(
    {
      usual: 50,
      textOf: ({ _id }) => _id,
      placeOf: (text) => (/^[A-Z_]{4,20}:[0-9A-Z]{9,18}$/.test(text) ? text : null),
      read: (after, limit) => listConversions(database, { state, department, after, limit }),
    },
    args,
  );
}

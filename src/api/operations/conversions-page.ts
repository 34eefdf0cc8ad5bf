import { HubError } from '../../domain/hub-error.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import {
  listConversions,
  type ConversionDocument,
  type ConversionState,
} from '../../registry/conversions/index.ts';
import { fieldError } from '../shared/index.ts';
import type { QueryCodeConversionsArgs } from './generated/schema-types.ts';

const MAX_PAGE = 100;

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

const cursorOf = ({ _id }: ConversionDocument): string => Buffer.from(_id, 'utf8').toString('base64url');

function placeOf(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (/^[A-Z_]{4,20}:[0-9A-Z]{9,18}$/.test(id)) return id;
  throw fieldError(new HubError('BAD_CURSOR', 'refused', 'this cursor was not issued by this list'));
}

/** A page of the conversion queue as the schema shows it. */
export type ConversionsPage = {
  readonly edges: readonly { readonly cursor: string; readonly node: ConversionDocument }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
};

/**
 * Codes that stand in place of unified codes.
 *
 * @throws BAD_PAGE, BAD_CURSOR
 */
export async function conversionsPage(
  database: HubDatabase,
  args: QueryCodeConversionsArgs,
): Promise<ConversionsPage> {
  const size = args.first ?? 50;
  if (size < 1 || size > MAX_PAGE) {
    const details = { limit: MAX_PAGE, actual: size, hint: `page through the list with first: ${MAX_PAGE}` };
    throw fieldError(new HubError('BAD_PAGE', 'refused', `first is from 1 to ${MAX_PAGE}`, { details }));
  }
  const state = args.state ? STATES[args.state] : null;
  const after = args.after ? placeOf(args.after) : null;
  const { department = null } = args;
  const found = await listConversions(database, { state, department, after, limit: size + 1 });
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

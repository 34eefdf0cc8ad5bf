import { HubError } from '../../domain/hub-error.ts';
import { fieldError } from '../shared/index.ts';

const MAX_PAGE = 100;

/** A page of a list as the schema shows it. */
export type Page<Node> = {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
};

/** How one list is read page by page. */
export type PagedList<Node, Place> = {
  /** Size of a page where none is asked for. */
  readonly usual: number;
  /** What names the place of a node in the list; it becomes its cursor. */
  readonly textOf: (node: Node) => string;
  /** The place that such a text names; null: it names none of this list. */
  readonly placeOf: (text: string) => Place | null;
  /** Nodes behind a place, null for the beginning. */
  readonly read: (after: Place | null, limit: number) => Promise<readonly Node[]>;
};

/** What a caller asks of a list. */
export type PageAsked = { readonly first?: number | null; readonly after?: string | null };

const cursorOf = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

function placeAfter<Node, Place>(list: PagedList<Node, Place>, { after }: PageAsked): Place | null {
  if (after === null || after === undefined) return null;
  const place = list.placeOf(Buffer.from(after, 'base64url').toString('utf8'));
  if (place !== null) return place;
  throw fieldError(new HubError('BAD_CURSOR', 'refused', 'this cursor was not issued by this list'));
}

/**
 * One page of a list.
 *
 * @throws BAD_PAGE for a size that is not from 1 to 100, BAD_CURSOR for the cursor of another list
 */
export async function readPage<Node, Place>(
  list: PagedList<Node, Place>,
  asked: PageAsked,
): Promise<Page<Node>> {
  const size = asked.first ?? list.usual;
  if (size < 1 || size > MAX_PAGE) {
    const details = { limit: MAX_PAGE, actual: size, hint: `page through the list with first: ${MAX_PAGE}` };
    throw fieldError(new HubError('BAD_PAGE', 'refused', `first is from 1 to ${MAX_PAGE}`, { details }));
  }
  const place = placeAfter(list, asked);
  const found = await list.read(place, size + 1);
  const edges = found.slice(0, size).map((node) => ({ cursor: cursorOf(list.textOf(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: found.length > size,
      hasPreviousPage: place !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/**
 * The place that a text `<instant>|<id>` names, or null.
 *
 * @param id form of the list's ids
 */
export function instantPlace(text: string, id: RegExp): { readonly at: Date; readonly id: string } | null {
  const [instant = '', name = ''] = text.split('|');
  const at = new Date(instant);
  const isPlace = /^[0-9TZ:.-]{24}$/.test(instant) && !Number.isNaN(at.getTime()) && id.test(name);
  return isPlace ? { at, id: name } : null;
}

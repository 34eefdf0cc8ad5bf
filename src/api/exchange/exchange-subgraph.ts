import type { ReconcileSide } from '../../contracts/messages/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { canonicalJson } from '../../domain/record/index.ts';
import type { PartnerDirectory } from '../../exchange/partners/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { listChanges, listChangesOf, type ChangeDocument } from '../../registry/changes/index.ts';
import {
  fieldError,
  hasScope,
  loaderOf,
  makeSubgraph,
  reachesRegion,
  readSchemaFile,
  scopeOf,
  subgraphDocument,
  type ApiContext,
  type Subgraph,
} from '../shared/index.ts';
import type { ExchangePort, RecordHoldersView } from './exchange-port.ts';
import type { QueryChangesArgs, Resolvers } from './generated/schema-types.ts';

const MAX_PAGE = 100;
const MAX_STATEMENTS = 20;

/** What the exchange subgraph is made of. */
export type ExchangeParts = {
  readonly database: HubDatabase;
  readonly directory: PartnerDirectory;
  readonly exchange: ExchangePort;
};

function seqOf(cursor: string | null | undefined): number {
  if (cursor === null || cursor === undefined) return 0;
  const seq = Number(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (Number.isSafeInteger(seq) && seq >= 0) return seq;
  throw fieldError(new HubError('BAD_CURSOR', 'refused', 'this cursor was not issued by this feed'));
}

function cursorOf(change: ChangeDocument): string {
  return Buffer.from(String(change._id), 'utf8').toString('base64url');
}

function sizeOf(first: number | null | undefined, most = MAX_PAGE): number {
  const size = first ?? Math.min(50, most);
  if (size >= 1 && size <= most) return size;
  throw fieldError(
    new HubError('BAD_PAGE', 'refused', `first is from 1 to ${most}`, {
      details: { limit: most, actual: size, hint: `page through the list with first: ${most}` },
    }),
  );
}

function sideOf(side: ReconcileSide): Omit<ReconcileSide, 'at'> & { at: Date } {
  return { ...side, at: new Date(side.at) };
}

/**
 * The changes that an asker is told: of records whose kind and region its terms reach, and whose newest version is not
 * restricted, whatever the change itself was.
 */
async function toldAmong(
  changes: readonly ChangeDocument[],
  database: HubDatabase,
  { asker }: ApiContext,
): Promise<readonly ChangeDocument[]> {
  if (asker.channel === 'OWN') return changes;
  const reached = changes.filter(
    (it) => hasScope(asker, scopeOf(it.kind)) && reachesRegion(asker, it.producerRegion),
  );
  const all = await listChangesOf(database, [...new Set(reached.map((it) => it.key))]);
  const newest = new Map(all.sort((a, b) => a._id - b._id).map((it) => [it.key, it.disclosureClass]));
  return reached.filter((it) => newest.get(it.key) !== 'RESTRICTED');
}

/** A page of the feed; a change that is not told is passed over, and so is its place. */
async function changesPage(
  database: HubDatabase,
  args: QueryChangesArgs,
  context: ApiContext,
): Promise<{
  edges: { cursor: string; node: ChangeDocument }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}> {
  const first = sizeOf(args.first);
  const after = seqOf(args.after);
  const found = await listChanges(database, after, first + 1);
  const page = found.slice(0, first);
  const shown = await toldAmong(page, database, context);
  for (const { key } of shown) context.reads.add({ dataset: 'changes', key, producer: null, source: null });
  const [head, tail] = [page[0], page.at(-1)];
  return {
    edges: shown.map((node) => ({ cursor: cursorOf(node), node })),
    pageInfo: {
      hasNextPage: found.length > first,
      hasPreviousPage: after > 0,
      startCursor: head === undefined ? null : cursorOf(head),
      endCursor: tail === undefined ? null : cursorOf(tail),
    },
  };
}

/** Who holds a record. A partner that did not bring the record in hears of it as little as of one that is not there. */
async function holdersOf(
  exchange: ExchangePort,
  key: string,
  context: ApiContext,
): Promise<RecordHoldersView | null> {
  const found = await exchange.findHolders(key);
  const { channel, hub } = context.asker;
  return channel === 'OWN' || found?.origin === hub ? found : null;
}

function resolversOf({ database, directory, exchange }: ExchangeParts): Resolvers {
  return {
    Query: {
      partners: () => directory.list(),
      changes: (_, args, context) => changesPage(database, args, context),
      holders: (_, { record }, context) => holdersOf(exchange, record, context),
      reconciliation: async (_, { partner, first }) => {
        if (directory.find(partner) === null) return null;
        return [...(await exchange.listStatements(partner, sizeOf(first, MAX_STATEMENTS)))];
      },
      me: (_, __, { asker, quota }) => ({
        channel: asker.channel,
        platform: asker.hub,
        purpose: asker.purpose,
        basis: asker.basis,
        onBehalfOf: asker.onBehalfOf,
        scopes: asker.scopes,
        quota: quota.now,
      }),
    },
    Partner: {
      __resolveReference: ({ id }) => directory.find(id),
      nameZh: ({ name }) => name.zh,
      nameEn: ({ name }) => name.en,
      askedDatasets: ({ ask }) => ask?.datasets ?? [],
      deliveries: async ({ id }, _, context) => {
        const counts = await loaderOf(context, 'deliveries', () => exchange.countDeliveries());
        return counts.filter((it) => it.partner === id);
      },
    },
    RecordHolders: {
      recordKey: ({ key }) => key,
      version: ({ v }) => v,
    },
    Holder: {
      platform: ({ hub }) => hub,
      version: ({ v }) => v,
    },
    ReconciliationStatement: {
      sender: ({ statement }) => statement.sender,
      receiver: ({ statement }) => statement.receiver,
      owed: ({ statement }) => sideOf(statement.owed),
      held: ({ statement }) => sideOf(statement.held),
      refused: ({ statement }) => statement.owed.apart.refused,
      heldBack: ({ statement }) => statement.owed.apart.held,
      inFlight: ({ statement }) => statement.owed.apart.inFlight,
      differences: ({ statement }) => statement.found,
      document: ({ statement }) => canonicalJson(statement),
    },
    Change: {
      seq: ({ _id }) => _id,
      recordKey: ({ key }) => key,
      version: ({ v }) => v,
      subject: ({ subject }) => ({ __typename: 'CreditSubject', uscc: subject }),
    },
  };
}

/** The subgraph of exchange: partners, what is owed to them, and the feed of changes. */
export function exchangeSubgraph(parts: ExchangeParts): Subgraph {
  return makeSubgraph('exchange', subgraphDocument(readSchemaFile('exchange')), {
    resolvers: resolversOf(parts),
  });
}

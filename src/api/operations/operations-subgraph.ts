import {
  demandScope,
  makeSubgraph,
  readSchemaFile,
  subgraphDocument,
  type Subgraph,
} from '../shared/index.ts';
import type { Resolvers } from './generated/schema-types.ts';
import type { OperationsPort } from './operations-port.ts';

const SCOPE = 'read:operations';
const MAX_RUNS = 100;

function resolversOf(port: OperationsPort): Resolvers {
  return {
    Query: {
      connectors: () => port.listConnectors(),
      quarantine: () => port.countQuarantine(),
    },
    Connector: {
      __resolveReference: async ({ id }, context) => {
        demandScope(SCOPE, context);
        return (await port.listConnectors()).find((it) => it.id === id) ?? null;
      },
      titleZh: ({ title }) => title.zh,
      titleEn: ({ title }) => title.en,
      mode: ({ mode }) => (mode === 'live' ? 'LIVE' : 'COLLECT'),
      runs: ({ id }, { first }) =>
        port.listRuns({ connector: id, limit: Math.min(MAX_RUNS, Math.max(1, first)) }),
    },
  };
}

/** The subgraph of operations: connectors, runs, quarantine. For operators; the public sees none of it. */
export function operationsSubgraph(port: OperationsPort): Subgraph {
  return makeSubgraph('operations', subgraphDocument(readSchemaFile('operations')), {
    resolvers: resolversOf(port),
  });
}

import { findRule } from '../../domain/rules.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { ReadEntry } from '../../registry/audit/index.ts';
import { listConversionRates } from '../../registry/conversions/index.ts';
import {
  demandScope,
  makeSubgraph,
  readSchemaFile,
  subgraphDocument,
  type Subgraph,
} from '../shared/index.ts';
import type { Resolvers } from './generated/schema-types.ts';
import type { OperationsPort } from './operations-port.ts';
import { conversionsPage, stateOf } from './conversions-page.ts';
import { quarantinePage } from './quarantine-page.ts';
import { readsPage } from './reads-page.ts';
import { runsPage } from './runs-page.ts';

const SCOPE = 'read:operations';
const MAX_RUNS = 100;

function textOf(entry: ReadEntry, name: string): string | null {
  const value = entry.details[name];
  return typeof value === 'string' ? value : null;
}

function resolversOf(port: OperationsPort, database: HubDatabase): Resolvers {
  return {
    Query: {
      connectors: () => port.listConnectors(),
      connectorFaults: () => port.listConnectorFaults(),
      runs: (_, args) => runsPage(port, args),
      run: (_, { id }) => port.findRun(id),
      quarantine: () => port.countQuarantine(),
      quarantineRows: (_, args) => quarantinePage(port, args),
      reads: (_, args) => readsPage(database, args),
      codeConversions: (_, args) => conversionsPage(database, args),
      conversionRates: () => listConversionRates(database),
    },
    Run: {
      rules: ({ findingsByRule }) => Object.entries(findingsByRule).map(([rule, count]) => ({ rule, count })),
      changes: ({ id, state }) => (state === 'STOPPED' ? port.listRunChanges(id) : []),
    },
    CodeConversion: {
      id: ({ _id }) => _id,
      state: stateOf,
      connectors: ({ departments }) => departments.map((it) => it.source),
    },
    ConversionRate: {
      department: ({ uscc }) => uscc,
    },
    QuarantineFinding: {
      rejects: ({ severity }) => severity === 'reject',
      reasonZh: ({ zh }) => zh,
      reasonEn: ({ en }) => en,
      fixZh: ({ rule }) => findRule(rule)?.fixZh ?? null,
    },
    RecordRead: {
      platform: ({ actor }) => actor,
      onBehalfOf: (entry) => textOf(entry, 'onBehalfOf'),
      basis: (entry) => textOf(entry, 'basis'),
      dataset: (entry) => textOf(entry, 'dataset') ?? '',
      producer: (entry) => textOf(entry, 'producer'),
      source: (entry) => textOf(entry, 'source'),
      records: ({ details }) => (Array.isArray(details['keys']) ? details['keys'].map(String) : []),
      traceId: (entry) => textOf(entry, 'traceId') ?? '',
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
        port.listRuns({ connector: id, limit: Math.min(MAX_RUNS, Math.max(1, first)), after: null }),
    },
  };
}

/** The subgraph of operations: connectors, runs, quarantine, who read what. For operators; the public sees none of it. */
export function operationsSubgraph(port: OperationsPort, database: HubDatabase): Subgraph {
  return makeSubgraph('operations', subgraphDocument(readSchemaFile('operations')), {
    resolvers: resolversOf(port, database),
  });
}

import type { LiveSource } from '../../contracts/doors/index.ts';
import type { HubFile } from '../../contracts/manifests/index.ts';
import type { Caller } from '../../exchange/partners/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import { Agreements } from '../../registry/recognition/index.ts';
import { datasetSubgraph, type Freshness } from '../datasets/index.ts';
import { exchangeSubgraph, type ExchangePort } from '../exchange/index.ts';
import { operationsSubgraph, type ConnectorSummary, type OperationsPort } from '../operations/index.ts';
import { recogniserOf, recognitionSubgraph } from '../recognition/index.ts';
import type { Subgraph } from '../shared/index.ts';
import { subjectsSubgraph } from '../subjects/index.ts';
import type { CostPolicy } from './cost.ts';

/** What the query interface of a hub is made of. */
export type ApiParts = {
  readonly database: HubDatabase;
  readonly hub: HubFile;
  readonly catalogue: Pick<Catalogue, 'datasets'>;
  readonly liveSources: readonly LiveSource[];
  readonly caller: Caller;
  readonly operations: OperationsPort;
  readonly exchange: ExchangePort;
  readonly log: Logger;
};

/** How long what is known of connectors is good, in milliseconds. */
const FRESHNESS_MS = 5_000;

/** How old the registry's data are, kept in memory and measured again in the background: no read of a request waits. */
function freshness(parts: ApiParts): (dataset: string) => Freshness {
  let known: readonly ConnectorSummary[] = [];
  let askedAt = 0;
  const refresh = () => {
    askedAt = Date.now();
    parts.operations.listConnectors().then(
      (connectors) => (known = connectors),
      (error: unknown) => parts.log.warn({ err: error }, 'the age of collected data could not be measured'),
    );
  };
  refresh();
  return (dataset) => {
    if (Date.now() - askedAt > FRESHNESS_MS) refresh();
    const own = known.filter((it) => it.dataset === dataset && it.mode === 'collect');
    const oldest = own.flatMap((it) => it.lastRunAt ?? []).sort((a, b) => a.getTime() - b.getTime())[0];
    const promises = own.flatMap((it) => it.staleAfterSeconds ?? []);
    return {
      dataAt: oldest ?? null,
      staleAfterSeconds: promises.length === 0 ? null : Math.min(...promises),
    };
  };
}

/** Every subgraph of a hub, ready to run in this process, and what asking each dataset costs. */
export function hubSubgraphs(parts: ApiParts): { subgraphs: Subgraph[]; costs: CostPolicy } {
  const { database, caller, liveSources, hub } = parts;
  const agreements = new Agreements(hub.agreements);
  const freshnessOf = freshness(parts);
  const datasets = parts.catalogue.datasets.map((dataset) => ({
    dataset: dataset.name,
    field: dataset.graphql.field,
    subgraph: datasetSubgraph(dataset, {
      database,
      caller,
      liveSources,
      freshnessOf,
      log: parts.log,
      recognise: recogniserOf(dataset, { agreements, hub: hub.id }),
    }),
  }));
  return {
    subgraphs: [
      subjectsSubgraph(database),
      exchangeSubgraph({ database, directory: caller.directory, exchange: parts.exchange }),
      recognitionSubgraph(agreements),
      operationsSubgraph(parts.operations, database),
      ...datasets.map((it) => it.subgraph),
    ],
    costs: new Map(
      datasets.map(({ field, dataset, subgraph }) => [field, { dataset, weights: subgraph.weights }]),
    ),
  };
}

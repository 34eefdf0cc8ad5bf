import type { LiveSource } from '../../contracts/doors/index.ts';
import type { Dataset } from '../../contracts/manifests/index.ts';
import type { Caller } from '../../exchange/partners/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { coverageOf, type ApiContext, type SourceCoverage } from '../shared/index.ts';
import { askLive } from './live-asker.ts';
import { askPartner } from './partner-asker.ts';
import { askRegistry, registryCoverage } from './registry-source.ts';
import type { AskableSource, DatasetQuestion, SourceAnswer } from './source-record.ts';

/** What asking a source costs, by where it is. */
export const SOURCE_WEIGHT = { registry: 1, live: 5, partner: 10 } as const;

/** Name of the registry among the sources. */
export const REGISTRY = 'registry';

/** A source of a dataset; `ask` never throws for what the source does. */
export type DatasetSource = AskableSource & {
  /** Another hub: left out when a hub asks us. */
  readonly isHub: boolean;
  ask(question: DatasetQuestion, context: ApiContext): Promise<SourceAnswer>;
};

/** How old what was collected for a dataset is, and from which age on that is too old. */
export type Freshness = { readonly dataAt: Date | null; readonly staleAfterSeconds: number | null };

/** What the sources of a dataset are made of. */
export type SourceParts = {
  readonly database: HubDatabase;
  readonly caller: Caller;
  readonly liveSources: readonly LiveSource[];
  readonly freshnessOf: (dataset: string) => Freshness;
  readonly log: Logger;
};

/** The sources of a dataset in the order of their precedence: registry, live departments, partner hubs. */
export function sourcesOf(dataset: Dataset, parts: SourceParts): DatasetSource[] {
  const { database, caller, log } = parts;
  const { hub } = caller.directory;
  const coverage = (context: ApiContext) => [
    registryCoverage({
      hub: hub.id,
      region: hub.region,
      dataset: dataset.name,
      ...parts.freshnessOf(dataset.name),
      now: context.now,
    }),
  ];
  const registry: DatasetSource = {
    name: REGISTRY,
    region: hub.region,
    weight: SOURCE_WEIGHT.registry,
    hasHistory: true,
    isHub: false,
    ask: (question, context) => askRegistry({ database, dataset: dataset.name, coverage }, question, context),
  };
  const live = parts.liveSources
    .filter((it) => it.dataset === dataset.name)
    .map((source): DatasetSource => ({
      name: source.connector,
      region: source.region,
      weight: SOURCE_WEIGHT.live,
      hasHistory: false,
      isHub: false,
      ask: (question, context) => askLive(source, question, { context, hub: hub.id, log }),
    }));
  const partners = caller.directory.list().flatMap((partner): DatasetSource[] => {
    const { ask } = partner;
    if (ask?.datasets.includes(dataset.name) !== true) return [];
    return [
      {
        name: partner.id,
        region: partner.region,
        weight: SOURCE_WEIGHT.partner,
        hasHistory: false,
        isHub: true,
        ask: (question, context) =>
          askPartner({ caller, partner, dataset, timeoutMs: ask.timeoutMs, log }, question, context),
      },
    ];
  });
  return [registry, ...live, ...partners];
}

function nameInCoverage(source: DatasetSource, hub: string): string {
  return source.isHub ? source.name : `${hub}/${source.name}`;
}

/** Coverage of sources that were left out, and why. */
export function notAsked(
  sources: readonly DatasetSource[],
  facts: { hub: string; dataset: string; status: 'NOT_ASKED' | 'DENIED'; rule: string },
): SourceCoverage[] {
  return sources.map((it) =>
    coverageOf({
      source: nameInCoverage(it, facts.hub),
      region: it.region,
      dataset: facts.dataset,
      status: facts.status,
      rule: facts.rule,
    }),
  );
}

import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import type { Dataset } from '../../contracts/manifests/index.ts';
import {
  fieldError,
  hasScope,
  loaderOf,
  makeSubgraph,
  reachesRegion,
  scopeMissing,
  subgraphDocument,
  type ApiContext,
  type SourceCoverage,
  type Subgraph,
} from '../shared/index.ts';
import { askedFields, fieldsAmong } from './asked-fields.ts';
import { connectionOf, type Connection, type Recognise, type Showing } from './connection.ts';
import { datasetSdl, subgraphNameOf } from './dataset-sdl.ts';
import { notAsked, REGISTRY, sourcesOf, type DatasetSource, type SourceParts } from './dataset-sources.ts';
import { closedFieldsOf, decideDatasetAccess, shownStatement, type ClosedField } from './disclosure.ts';
import { pageOf, type DatasetArguments } from './page.ts';
import type { DatasetQuestion, SourceAnswer } from './source-record.ts';

/** A subject as another subgraph hands it over: its code and every code it had. */
type SubjectReference = { readonly uscc: string; readonly codes?: readonly string[] };

type Ask = {
  readonly subject: SubjectReference;
  readonly args: DatasetArguments;
  /** Fields of each record that are asked for. */
  readonly fields: ReadonlySet<string>;
};

/** One dataset with its sources. */
type Served = {
  readonly dataset: Dataset;
  readonly sources: readonly DatasetSource[];
  readonly hub: string;
  readonly recognise: Recognise;
  readonly closed: readonly ClosedField[];
};

/** Coverage rule: the asker's terms do not reach the region, and it gets what is published. */
const REGION_NOT_AGREED = 'REGION_NOT_AGREED';
const SCOPE_HISTORY = 'read:history';
/** Each region is a condition that the database looks at for every record. */
const MAX_REGIONS = 100;

function knownAtOf(args: DatasetArguments, context: ApiContext): Date | null {
  if (typeof args.knownAt !== 'string') return null;
  if (!hasScope(context.asker, SCOPE_HISTORY)) throw scopeMissing(SCOPE_HISTORY);
  const knownAt = new Date(args.knownAt);
  if (Number.isNaN(knownAt.getTime()) || knownAt > context.now) {
    throw new HubError('NOT_YET_KNOWN', 'refused', 'knownAt lies after what this hub has committed');
  }
  return knownAt;
}

/** Region codes or their prefixes; null for all. @throws BAD_USER_INPUT */
function regionsOf(args: DatasetArguments): readonly string[] | null {
  const { regions } = args;
  if (regions === null || regions === undefined || regions.length === 0) return null;
  if (regions.length > MAX_REGIONS) {
    throw new HubError('BAD_USER_INPUT', 'refused', `at most ${MAX_REGIONS} regions a list`, {
      details: { limit: MAX_REGIONS, actual: regions.length, hint: 'name the region above them' },
    });
  }
  if (regions.every((it) => /^\d{2}(\d{2}){0,2}$/.test(it))) return regions;
  throw new HubError('BAD_USER_INPUT', 'refused', 'a region is 2, 4 or 6 digits as in GB/T 2260');
}

function questionOf(
  dataset: Dataset,
  asks: readonly Ask[],
  facts: { args: DatasetArguments; context: ApiContext },
): DatasetQuestion {
  const { args, context } = facts;
  return {
    codes: new Map(asks.map(({ subject }) => [subject.uscc, subject.codes ?? [subject.uscc]])),
    page: pageOf(args),
    regions: regionsOf(args),
    validOn: args.validOn ?? null,
    knownAt: knownAtOf(args, context),
    fields: fieldsAmong(
      dataset,
      asks.map((it) => it.fields),
    ),
  };
}

/** Which sources are asked and which are left out, with the reason. */
function chooseSources(
  served: Served,
  question: DatasetQuestion,
  facts: { args: DatasetArguments; context: ApiContext },
): { asked: readonly DatasetSource[]; left: readonly SourceCoverage[] } {
  const { args, context } = facts;
  const { hub, dataset } = served;
  const why = (rule: string, status: 'NOT_ASKED' | 'DENIED' = 'NOT_ASKED') => ({
    hub,
    dataset: dataset.name,
    status,
    rule,
  });
  const sources = served.sources.filter((it) => !it.isHub || !context.ownOnly);
  if (context.via.includes(hub)) return { asked: [], left: notAsked(sources, why('LOOP')) };
  const denial = decideDatasetAccess(dataset, context);
  if (denial !== null) return { asked: [], left: notAsked(sources, why(denial, 'DENIED')) };
  const named = args.sources ?? null;
  const groups = Object.groupBy(sources, (it) => {
    if (named !== null && !named.includes(it.name)) return 'EXCLUDED';
    if (it.name !== REGISTRY && !reachesRegion(context.asker, it.region)) return REGION_NOT_AGREED;
    return question.knownAt !== null && !it.hasHistory ? 'NO_HISTORY' : 'asked';
  });
  // The registry is asked all the same; of what it has from elsewhere the asker gets what is published.
  const beyond = (groups.asked ?? []).filter(
    (it) => it.name === REGISTRY && !reachesRegion(context.asker, it.region),
  );
  const left = [
    ...notAsked(groups.EXCLUDED ?? [], why('EXCLUDED')),
    ...notAsked(groups.NO_HISTORY ?? [], why('NO_HISTORY')),
    ...notAsked([...(groups.REGION_NOT_AGREED ?? []), ...beyond], why(REGION_NOT_AGREED, 'DENIED')),
  ];
  return { asked: groups.asked ?? [], left };
}

/** What asking these sources costs for one subject. */
function sumOf(sources: readonly DatasetSource[]): number {
  return sources.reduce((total, it) => total + it.weight, 0);
}

/** The coverage list of one subject; subjects that share all entries share the list. */
function coverageFor(
  uscc: string,
  answers: readonly SourceAnswer[],
  shared: readonly SourceCoverage[],
): readonly SourceCoverage[] {
  const own = answers.flatMap((it) => it.coverageBySubject?.get(uscc) ?? []);
  return own.length === 0 ? shared : [...shared, ...own];
}

/** Asks every source once for all subjects that put the same question. */
async function answerGroup(
  served: Served,
  asks: readonly Ask[],
  context: ApiContext,
): Promise<Map<string, Connection>> {
  const { args } = asks[0] ?? { args: {} };
  const question = questionOf(served.dataset, asks, { args, context });
  const { asked, left } = chooseSources(served, question, { args, context });
  context.spent.add(question.codes.size * sumOf(asked));
  const answers = await Promise.all(asked.map((it) => it.ask(question, context)));
  const shared = [...answers.flatMap((it) => it.coverage), ...left];
  const showing: Showing = {
    recognise: served.recognise,
    statementOf: (record) => shownStatement(record, served.closed, context),
  };
  const connections = new Map<string, Connection>();
  for (const uscc of question.codes.keys()) {
    const coverage = coverageFor(uscc, answers, shared);
    context.coverage.add(coverage);
    const found = answers.flatMap((it) => it.bySubject.get(uscc) ?? []);
    const { connection, shown } = connectionOf(found, {
      page: question.page,
      coverage,
      showing,
    });
    for (const { key, producer, provenance } of shown) {
      const { source } = provenance;
      context.reads.add({ dataset: served.dataset.name, key, producer: producer.uscc, source });
    }
    connections.set(uscc, connection);
  }
  return connections;
}

/** Notes in coverage that no source was asked, and why: the field itself is null. */
function noteUnasked(
  served: Served,
  context: ApiContext,
  status: 'DENIED' | 'NOT_ASKED',
  rule: string,
): void {
  const sources = served.sources.filter((it) => !it.isHub || !context.ownOnly);
  context.coverage.add(notAsked(sources, { hub: served.hub, dataset: served.dataset.name, status, rule }));
}

async function answerAll(
  served: Served,
  asks: readonly Ask[],
  context: ApiContext,
): Promise<(Connection | Error)[]> {
  const groups = Map.groupBy(asks, ({ args }) => JSON.stringify(args));
  const byGroup = new Map<string, Map<string, Connection> | Error>();
  await Promise.all(
    [...groups].map(async ([key, group]) => {
      const answer = await answerGroup(served, group, context).catch((error: unknown) => {
        const hubError = toHubError(error);
        if (hubError.code === 'SCOPE_MISSING') noteUnasked(served, context, 'DENIED', hubError.code);
        else if (hubError.kind === 'refused') noteUnasked(served, context, 'NOT_ASKED', 'REFUSED');
        return fieldError(hubError);
      });
      byGroup.set(key, answer);
    }),
  );
  return asks.map(({ subject, args }) => {
    const answer = byGroup.get(JSON.stringify(args));
    if (answer instanceof Error) return answer;
    return answer?.get(subject.uscc) ?? fieldError(new HubError('INTERNAL', 'defect', 'no answer was made'));
  });
}

function load(served: Served, ask: Ask, context: ApiContext): Promise<Connection> {
  const loader = loaderOf(
    context,
    served.dataset.name,
    () =>
      new DataLoader<Ask, Connection>((asks) => answerAll(served, asks, context), {
        cache: false,
        maxBatchSize: 100,
      }),
  );
  return loader.load(ask);
}

/**
 * The subgraph of one dataset: one field on CreditSubject that asks the registry, live departments and partner hubs,
 * each with its own deadline, and merges what they answer.
 */
export function datasetSubgraph(
  dataset: Dataset,
  parts: SourceParts & { readonly recognise: Recognise },
): Subgraph & { readonly weights: readonly Pick<DatasetSource, 'name' | 'weight' | 'isHub'>[] } {
  const sources = sourcesOf(dataset, parts);
  const served: Served = {
    dataset,
    sources,
    hub: parts.caller.directory.hub.id,
    recognise: parts.recognise,
    closed: closedFieldsOf(dataset),
  };
  const resolvers = {
    CreditSubject: {
      __resolveReference: (reference: SubjectReference) => reference,
      [dataset.graphql.field]: (
        subject: SubjectReference,
        args: DatasetArguments,
        context: ApiContext,
        info: GraphQLResolveInfo,
      ) => load(served, { subject, args, fields: askedFields(info) }, context),
    },
    Node: { __resolveType: () => dataset.graphql.type },
  };
  const subgraph = makeSubgraph(subgraphNameOf(dataset), subgraphDocument(datasetSdl(dataset)), {
    resolvers,
    whenScopeMissing: (_, context) => noteUnasked(served, context, 'DENIED', 'SCOPE_MISSING'),
  });
  return { ...subgraph, weights: sources.map(({ name, weight, isHub }) => ({ name, weight, isHub })) };
}

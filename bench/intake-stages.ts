import { join } from 'node:path';
import { contentHash, recordKey } from '../src/domain/record/index.ts';
import { systemClock } from '../src/infra/clock/index.ts';
import {
  loadConnector,
  readSource,
  type LoadedConnector,
  type RawPage,
} from '../src/intake/connectors/index.ts';
import { RowJudge } from '../src/intake/validation/index.ts';
import type { Candidate } from '../src/registry/records/index.ts';
import { benchHubFile, catalogue, CONNECTORS, openBenchDatabase, openWatched } from './bench-hub.ts';
import { collect } from './bench-data.ts';

/** One stage of intake: milliseconds over the whole file, and its share of a whole run. */
export type IntakeStage = { readonly stage: string; readonly ms: number; readonly share: number };

const JUDGE = 'map, guard, validate';
const HASH = 'hash';

async function parseAll(connector: LoadedConnector): Promise<RawPage[]> {
  const onFault = (error: unknown) => {
    throw error as Error;
  };
  const { fields } = catalogue.getDataset(connector.metadata.dataset);
  const pages: RawPage[] = [];
  const reading = { cursor: null, isRead: () => false, onFault };
  for await (const page of readSource(
    connector,
    reading,
    fields.flatMap((it) => it.aliases),
  ))
    pages.push(page);
  return pages;
}

async function judgeAll(connector: LoadedConnector, pages: readonly RawPage[]): Promise<Candidate[]> {
  const today = systemClock.today();
  const judge = new RowJudge({ connector, catalogue, hub: benchHubFile, run: 'bench', today });
  const verdicts = await Promise.all(pages.map((page) => judge.judgeRows(page.columns, page.rows)));
  return verdicts.flat().flatMap((it) => (it.verdict === 'candidate' ? [it.candidate] : []));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The hashes of every candidate again: its content, and the key of the parts that identify it. */
function hashAll(candidates: readonly Candidate[], identity: readonly string[]): number {
  let length = 0;
  for (const { kind, producer, subject, statement } of candidates) {
    const named = Object.fromEntries(identity.map((it) => [it, textOf(statement[it])]));
    length += contentHash(statement).length;
    length += recordKey({ kind, producer: producer.uscc, subject: subject.uscc, identity: named }).length;
  }
  return length;
}

/** Milliseconds of what happens in this process, each stage over the whole file. */
async function timeInProcess(connector: LoadedConnector): Promise<Map<string, number>> {
  const took = new Map<string, number>();
  const time = async <T>(stage: string, work: () => T | Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const value = await work();
    took.set(stage, performance.now() - startedAt);
    return value;
  };
  const pages = await time('read and parse', () => parseAll(connector));
  const candidates = await time(JUDGE, () => judgeAll(connector, pages));
  const { identity } = catalogue.getDataset(connector.metadata.dataset);
  await time(HASH, () => hashAll(candidates, identity));
  return took.set(JUDGE, Math.max(0, (took.get(JUDGE) ?? 0) - (took.get(HASH) ?? 0)));
}

/** Milliseconds of a whole run, and of its database commands by collection as the driver reports them. */
async function timeStore(uri: string, source: string): Promise<{ whole: number; took: Map<string, number> }> {
  const database = await openBenchDatabase(uri);
  const took = new Map<string, number>();
  const watched = await openWatched(uri, database, ({ name, collection, ms }) => {
    const stage = `${collection}: ${name}`;
    took.set(stage, (took.get(stage) ?? 0) + ms);
  });
  try {
    const startedAt = performance.now();
    await collect(watched, source);
    return { whole: performance.now() - startedAt, took };
  } finally {
    await watched.close();
    await database.close();
  }
}

/**
 * Where the time of intake goes: what happens in this process stage by stage over the same file, and the commands of
 * one whole run by collection.
 */
export async function measureStages(uri: string): Promise<IntakeStage[]> {
  const connector = loadConnector(join(CONNECTORS, 'sources', 'zc-penalty'), catalogue);
  await timeInProcess(connector);
  const inProcess = await timeInProcess(connector);
  const { whole, took } = await timeStore(uri, connector.metadata.id);
  const stages = [...inProcess, ...[...took].filter(([, ms]) => ms >= 1).sort(([, a], [, b]) => b - a)];
  const known = stages.reduce((sum, [, ms]) => sum + ms, 0);
  return [...stages, ['driver and the rest', Math.max(0, whole - known)] as const].map(([stage, ms]) => ({
    stage,
    ms: Math.round(ms),
    share: ms / Math.max(whole, known),
  }));
}

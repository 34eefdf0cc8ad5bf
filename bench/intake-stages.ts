import { join } from 'node:path';
import { contentHash, recordKey } from '../src/domain/record/index.ts';
import { systemClock } from '../src/infra/clock/index.ts';
import type { HubDatabase } from '../src/infra/mongo/index.ts';
import {
  loadConnector,
  readSource,
  type LoadedConnector,
  type RawPage,
} from '../src/intake/connectors/index.ts';
import { RowJudge } from '../src/intake/validation/index.ts';
import { acceptBatch, MAX_ACCEPT_BATCH, type Candidate } from '../src/registry/records/index.ts';
import { noteSubjects } from '../src/registry/subjects/index.ts';
import { benchHubFile, catalogue, CONNECTORS, openBenchDatabase } from './bench-hub.ts';
import { collect } from './bench-data.ts';

/** One stage of intake: milliseconds over the whole file, and its share of a whole run. */
export type IntakeStage = { readonly stage: string; readonly ms: number; readonly share: number };

type Stopwatch = <T>(stage: string, work: () => T | Promise<T>) => Promise<T>;

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

function judgeAll(connector: LoadedConnector, pages: readonly RawPage[]): Candidate[] {
  const today = systemClock.today();
  const judge = new RowJudge({ connector, catalogue, hub: benchHubFile, run: 'bench', today });
  return pages.flatMap((page) =>
    page.rows.flatMap((row) => {
      const verdict = judge.judge(page.columns, row);
      return verdict.verdict === 'candidate' ? [verdict.candidate] : [];
    }),
  );
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

function batchesOf(candidates: readonly Candidate[]): Candidate[][] {
  const unique = [...new Map(candidates.map((it) => [it.key, it])).values()];
  return Array.from({ length: Math.ceil(unique.length / MAX_ACCEPT_BATCH) }, (_, place) =>
    unique.slice(place * MAX_ACCEPT_BATCH, (place + 1) * MAX_ACCEPT_BATCH),
  );
}

async function noteAll(database: HubDatabase, batches: readonly Candidate[][]): Promise<void> {
  const known = new Set<string>();
  for (const batch of batches) {
    const fresh = batch.filter(({ subject }) => !known.has(subject.uscc));
    const seen = new Map(fresh.map(({ subject }) => [subject.uscc, { ...subject, source: 'bench' }]));
    await noteSubjects(database, [...seen.values()]);
    for (const code of seen.keys()) known.add(code);
  }
}

/** The stages one after the other, as the pipeline puts them together; a second pass counts, the first warms up. */
async function pass(uri: string, connector: LoadedConnector): Promise<Map<string, number>> {
  const database = await openBenchDatabase(uri);
  const took = new Map<string, number>();
  const time: Stopwatch = async (stage, work) => {
    const startedAt = performance.now();
    const value = await work();
    took.set(stage, performance.now() - startedAt);
    return value;
  };
  try {
    const pages = await time('read and parse', () => parseAll(connector));
    const candidates = await time('map, validate', () => judgeAll(connector, pages));
    const { identity } = catalogue.getDataset(connector.metadata.dataset);
    const batches = batchesOf(candidates);
    await time('hash', () => hashAll(candidates, identity));
    await time('write subjects', () => noteAll(database, batches));
    await time('write records', async () => {
      for (const batch of batches) await acceptBatch(database, batch);
    });
  } finally {
    await database.close();
  }
  const [judged = 0, hashed = 0] = [took.get('map, validate'), took.get('hash')];
  return took.set('map, validate', Math.max(0, judged - hashed));
}

/** Where the time of intake goes: each stage by itself over one file, and what a whole run takes beside them. */
export async function measureStages(uri: string): Promise<IntakeStage[]> {
  const connector = loadConnector(join(CONNECTORS, 'sources', 'zc-penalty'), catalogue);
  await pass(uri, connector);
  const took = await pass(uri, connector);
  const database = await openBenchDatabase(uri);
  const startedAt = performance.now();
  await collect(database, connector.metadata.id).finally(() => database.close());
  const whole = performance.now() - startedAt;
  const known = [...took.values()].reduce((sum, it) => sum + it, 0);
  const rest = Math.max(0, whole - known);
  return [...took, ['quarantine, receipt, rest', rest] as const].map(([stage, ms]) => ({
    stage,
    ms: Math.round(ms),
    share: ms / (known + rest),
  }));
}

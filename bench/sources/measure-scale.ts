import { startApi, type Api } from '../../src/api/gateway/index.ts';
import { OWN_ASKER } from '../../src/api/shared/index.ts';
import type { LiveSource } from '../../src/contracts/doors/index.ts';
import type { Dataset } from '../../src/contracts/manifests/index.ts';
import type { HubDatabase } from '../../src/infra/mongo/index.ts';
import { apiPartsOf } from '../bench-hub.ts';
import { medianOf } from '../ratio.ts';
import { fieldOf, makeDatasets, makeLiveSource, SUBJECTS } from './made-datasets.ts';

/** Datasets that one question asks for, however many there are. */
const ASKED = 3;
const IN_FLIGHT = 4;

/** A hub over made datasets, one live source each unless told otherwise. */
export function startMeasured(
  database: HubDatabase,
  datasets: readonly Dataset[],
  liveSources: readonly LiveSource[] = datasets.map((it) => makeLiveSource(`live-${it.name}`, it.name, 0)),
): Promise<Api> {
  return startApi({
    ...apiPartsOf(database),
    catalogue: { datasets: [...datasets] },
    liveSources,
    publicUrl: 'http://127.0.0.1:1',
  });
}

/** The question: some subjects, the first fields, live sources alone. */
export function questionOf(fields: number): string {
  const asked = Array.from({ length: fields }, (_, place) => {
    const page = `(first: 10, sources: ["live-measured_${place}"])`;
    return `${fieldOf(place)}${page} { complete edges { node { documentNo decidedOn projectName } } }`;
  });
  return `query Q($usccs: [USCC!]!) { subjects(usccs: $usccs) { uscc ${asked.join(' ')} } }`;
}

/** Asks and checks that everything was answered. @throws where it was not */
export async function askAll(api: Api, source: string, subjects: number): Promise<void> {
  const answer = await api.ask({
    source,
    variables: { usccs: SUBJECTS.slice(0, subjects) },
    asker: OWN_ASKER,
  });
  const rows = (answer.data?.['subjects'] ?? []) as Record<string, { edges?: unknown[] }>[];
  const whole = rows.length === subjects && rows.every((it) => (it[fieldOf(0)]?.edges?.length ?? 0) > 0);
  if (answer.errors.length > 0 || !whole) {
    throw new Error(`a measured answer is not whole: ${JSON.stringify(answer).slice(0, 400)}`);
  }
}

/** What asking costs with so many datasets. */
export type ScaleRow = {
  readonly datasets: number;
  /** From the subgraphs to a gateway that answers, in milliseconds. */
  readonly startMs: number;
  /** The first question of its kind: admitted, planned, run. */
  readonly firstMs: number;
  /** CPU a request in milliseconds, by subjects asked for: median, low, high of the rounds. */
  readonly cpuMs: Readonly<Record<string, readonly [number, number, number]>>;
};

async function cpuMsOf(
  api: Api,
  source: string,
  size: { subjects: number; requests: number },
): Promise<number> {
  const before = process.cpuUsage();
  let left = size.requests;
  const worker = async () => {
    while (left-- > 0) await askAll(api, source, size.subjects);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / size.requests;
}

/** Measures hubs of several sizes in turn, so that none gains by what the machine does meanwhile. */
export async function measureScale(
  database: HubDatabase,
  counts: readonly number[],
  rounds: number,
): Promise<ScaleRow[]> {
  const source = questionOf(ASKED);
  const hubs = [];
  for (const datasets of counts) {
    const [began, made] = [performance.now(), makeDatasets(datasets)];
    const api = await startMeasured(database, made);
    const startMs = performance.now() - began;
    const asked = performance.now();
    await askAll(api, source, 1);
    hubs.push({
      datasets,
      api,
      startMs,
      firstMs: performance.now() - asked,
      took: new Map<number, number[]>(),
    });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const subjects of [1, 50, 100]) {
      for (const { api, took } of round % 2 === 0 ? hubs : hubs.toReversed()) {
        const ms = await cpuMsOf(api, source, { subjects, requests: subjects === 1 ? 100 : 12 });
        took.set(subjects, [...(took.get(subjects) ?? []), ms]);
      }
    }
  }
  for (const { api } of hubs) await api.close();
  return hubs.map(({ datasets, startMs, firstMs, took }) => ({
    datasets,
    startMs,
    firstMs,
    cpuMs: Object.fromEntries(
      [...took].map(([subjects, all]) => [
        subjects,
        [medianOf(all), Math.min(...all), Math.max(...all)] as const,
      ]),
    ),
  }));
}

/** How long one question takes that asks so many sources of one dataset, each of which answers after 4 ms. */
export type FanOutRow = { readonly sources: number; readonly medianMs: number; readonly worstMs: number };

const SOURCE_MS = 4;

/** Measures whether many sources cost the slowest or the sum. */
export async function measureFanOut(
  database: HubDatabase,
  counts: readonly number[],
  rounds: number,
): Promise<FanOutRow[]> {
  const datasets = makeDatasets(1);
  const source = `query Q($usccs: [USCC!]!) { subjects(usccs: $usccs) { uscc ${fieldOf(0)}(first: 10) { complete edges { node { documentNo } } } } }`;
  const hubs = [];
  for (const sources of counts) {
    const live = Array.from({ length: sources }, (_, it) =>
      makeLiveSource(`live-${it}`, 'measured_0', SOURCE_MS),
    );
    hubs.push({ sources, api: await startMeasured(database, datasets, live), took: [] as number[] });
  }
  for (const { api } of hubs) await askAll(api, source, 1);
  for (let round = 0; round < rounds; round += 1) {
    for (const { api, took } of round % 2 === 0 ? hubs : hubs.toReversed()) {
      const began = performance.now();
      await askAll(api, source, 1);
      took.push(performance.now() - began);
    }
  }
  for (const { api } of hubs) await api.close();
  return hubs.map(({ sources, took }) => ({ sources, medianMs: medianOf(took), worstMs: Math.max(...took) }));
}

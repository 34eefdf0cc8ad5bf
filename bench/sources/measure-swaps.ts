import { apiPartsOf } from '../bench-hub.ts';
import type { HubDatabase } from '../../src/infra/mongo/index.ts';
import { makeDatasets, makeLiveSource } from './made-datasets.ts';
import { askAll, questionOf, startMeasured } from './measure-scale.ts';

/** Subjects of the questions that are asked while generations are swapped. */
const ASKED_SUBJECTS = 10;
const CLIENTS = 2;
const SAMPLES = 10;

/** What swapping generations cost. */
export type SwapReport = {
  readonly datasets: number;
  readonly swaps: number;
  readonly seconds: number;
  /** Questions that were asked meanwhile, and those of them that failed. */
  readonly asked: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Resident memory in MB after so many swaps. */
  readonly residentMb: Readonly<Record<string, number>>;
  /** Resident memory at the end ÷ after the first thousand swaps, or after the first half of fewer. */
  readonly growth: number;
};

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/**
 * Swaps generations of a hub as fast as it goes while clients ask. Every other generation has one dataset more, so that
 * each is composed and planned for anew.
 */
export async function measureSwaps(
  database: HubDatabase,
  size: { datasets: number; swaps: number },
  say: (line: string) => void,
): Promise<SwapReport> {
  const made = makeDatasets(size.datasets + 1);
  const live = made.map((it) => makeLiveSource(`live-${it.name}`, it.name, 0));
  const sets = [made.slice(0, size.datasets), made].map((datasets) => ({
    ...apiPartsOf(database),
    catalogue: { datasets },
    liveSources: live.slice(0, datasets.length),
  }));
  const api = await startMeasured(database, made.slice(0, size.datasets));
  const source = questionOf(Math.min(3, size.datasets));
  const took: number[] = [];
  const state = { swapping: true, failed: 0 };
  const client = async () => {
    while (state.swapping) {
      const began = performance.now();
      await askAll(api, source, ASKED_SUBJECTS).catch(() => (state.failed += 1));
      took.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  const settled = size.swaps > 1_000 ? 1_000 : Math.ceil(size.swaps / 2);
  const residentMb: Record<string, number> = {};
  const began = performance.now();
  const sample = (swaps: number) => {
    residentMb[swaps] = Math.round(process.memoryUsage.rss() / 1e6);
    say(
      `${String(swaps).padStart(6)} swaps  ${residentMb[swaps]} MB  ${Math.round((performance.now() - began) / 1_000)} s`,
    );
  };
  for (let swaps = 1; swaps <= size.swaps; swaps += 1) {
    await api.recompose(sets[swaps % 2]);
    if (swaps === settled || swaps % Math.ceil(size.swaps / SAMPLES) === 0) sample(swaps);
  }
  if (residentMb[size.swaps] === undefined) sample(size.swaps);
  state.swapping = false;
  await Promise.all(clients);
  const seconds = Math.round((performance.now() - began) / 1_000);
  await api.close();
  const growth = (residentMb[size.swaps] ?? 0) / (residentMb[settled] ?? 1);
  return {
    ...{ ...size, seconds, asked: took.length, failed: state.failed, residentMb },
    growth: Number(growth.toFixed(2)),
    p50Ms: Math.round(percentile(took, 0.5)),
    p99Ms: Math.round(percentile(took, 0.99)),
  };
}

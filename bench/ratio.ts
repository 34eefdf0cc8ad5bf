/** A ratio over all rounds of a pair. */
export type Ratio = { readonly median: number; readonly low: number; readonly high: number };

/** A ratio with what each side took, in milliseconds a request (or rows a second for intake), as medians. */
export type PairResult = Ratio & { readonly hub: number; readonly peer: number; readonly unit: string };

/** One side of a pair: answers one request with a JSON text. The number tells requests apart. */
export type Side = { readonly name: string; answer(request: number): Promise<string> };

/** The middle of some numbers; of an even count the mean of both. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[half]];
  return (low + high) / 2;
}

/** Median and range of the rounds' own ratios. */
export function ratioOf(pairs: readonly (readonly [hub: number, peer: number])[]): Ratio {
  const ratios = pairs.map(([hub, peer]) => hub / peer);
  return { median: medianOf(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

/** Requests under way at once, as on a hub that is in use. */
const IN_FLIGHT = 8;

/** CPU of this process for one request, in milliseconds: user and system, all threads. */
async function cpuMsPerRequest(side: Side, requests: number, from: number): Promise<number> {
  const before = process.cpuUsage();
  let next = 0;
  const worker = async () => {
    while (next < requests) await side.answer(from + next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / requests;
}

/**
 * Measures two sides in turn, A B A B …: each round the same requests, and every other round the other side first, so
 * that neither gains by what the machine does meanwhile.
 */
export async function measureCpu(
  hub: Side,
  peer: Side,
  size: { rounds: number; requests: number; warmUp: number },
): Promise<PairResult> {
  const { rounds, requests, warmUp } = size;
  await cpuMsPerRequest(hub, warmUp, 0);
  await cpuMsPerRequest(peer, warmUp, 0);
  const pairs: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const took = new Map<Side, number>();
    for (const side of round % 2 === 0 ? [hub, peer] : [peer, hub]) {
      took.set(side, await cpuMsPerRequest(side, requests, round * requests));
    }
    pairs.push([took.get(hub) ?? Number.NaN, took.get(peer) ?? Number.NaN]);
  }
  return {
    ...ratioOf(pairs),
    hub: medianOf(pairs.map(([it]) => it)),
    peer: medianOf(pairs.map(([, it]) => it)),
    unit: 'ms CPU a request',
  };
}

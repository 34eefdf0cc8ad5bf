import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** A version that the feeder's store acknowledged; written after the acknowledgement. */
export type Accepted = {
  readonly kind: 'accepted';
  /** Milliseconds since 1970, by the observer's clock. */
  readonly at: number;
  readonly key: string;
  readonly v: number;
  readonly hash: string;
};

/** A fault that began or ended. */
export type FaultNote = {
  readonly kind: 'fault';
  readonly at: number;
  readonly phase: 'begin' | 'end';
  readonly fault: string;
  /** Versions accepted by then. */
  readonly accepted: number;
};

/** One line of the history. */
export type HistoryLine = Accepted | FaultNote;

/** Adds a line. */
export function note(file: string, line: HistoryLine): void {
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** Every line of a history, in order. */
export function readHistory(file: string): HistoryLine[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((it) => it !== '').map((it) => JSON.parse(it) as HistoryLine);
}

/** The acknowledged versions of a history. */
export function acceptedOf(lines: readonly HistoryLine[]): Accepted[] {
  return lines.filter((it) => it.kind === 'accepted');
}

const GAP_WINDOW_MS = 20_000;

/** For each fault of a name: the longest time between two acknowledgements around its beginning, in milliseconds. */
export function longestGaps(lines: readonly HistoryLine[], fault: string): number[] {
  const times = acceptedOf(lines).map((it) => it.at);
  const begins = lines.filter((it) => it.kind === 'fault' && it.phase === 'begin' && it.fault === fault);
  return begins.map(({ at }) => {
    const near = times.filter((it) => it >= at - 1_000 && it <= at + GAP_WINDOW_MS);
    return near.reduce((gap, it, place) => Math.max(gap, it - (near[place - 1] ?? it)), 0);
  });
}

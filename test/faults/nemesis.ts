import { PROXY_MODES, type ProxyMode } from './fault-proxy.ts';
import { holdsWithin } from './programs.ts';

/**
 * What a fault does. `hub` is a place in the chain, counted from the hub that accepts. Redis is wiped while work
 * waits in it: whoever works on it is frozen meanwhile.
 */
export type FaultKind =
  | { readonly what: 'kill-hub' | 'freeze-hub'; readonly hub: number }
  | {
      readonly what:
        'redis-wiped' | 'redis-killed' | 'redis-away' | 'redis-frozen' | 'mongo-killed' | 'mongo-frozen';
    }
  | { readonly what: 'proxy'; readonly hub: number; readonly mode: Exclude<ProxyMode, 'pass'> };

/** A fault and the counts of accepted versions at which it begins and ends: progress decides, not the clock. */
export type Fault = { readonly kind: FaultKind; readonly from: number; readonly until: number };

/** Share of the way to the next fault for which a fault lasts, where nothing else is said. */
const LASTS = 0.75;
/** Faults begin after this share of the load and end before its end. */
const QUIET_SHARE = 0.04;

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  return drawn;
}

/** One round of every kind of fault for a chain of so many hubs. */
export function kindsOf(hubs: number): FaultKind[] {
  const places = Array.from({ length: hubs }, (_, at) => at);
  const called = places.slice(1);
  return [
    ...places.flatMap((hub): FaultKind[] => [
      { what: 'kill-hub', hub },
      { what: 'freeze-hub', hub },
    ]),
    ...called.flatMap((hub) => PROXY_MODES.map((mode): FaultKind => ({ what: 'proxy', hub, mode }))),
    { what: 'redis-wiped' },
    { what: 'redis-killed' },
    { what: 'redis-away' },
    { what: 'redis-frozen' },
    { what: 'mongo-killed' },
    { what: 'mongo-killed' },
    { what: 'mongo-frozen' },
    { what: 'redis-wiped' },
  ];
}

/** Spreads rounds of faults over a load, in an order that the seed decides. */
export function planFaults(options: {
  hubs: number;
  target: number;
  rounds: number;
  random: () => number;
  /** The kinds of one round; every kind that the chain has parts for where it is left out. */
  among?: readonly FaultKind[];
  /** Share of the way to the next fault for which a fault lasts. */
  lasts?: number;
}): Fault[] {
  const { hubs, target, rounds, random, among = kindsOf(hubs), lasts = LASTS } = options;
  const kinds = Array.from({ length: rounds }, () => shuffled(among, random)).flat();
  const quiet = target * QUIET_SHARE;
  const step = (target - 2 * quiet) / kinds.length;
  return kinds.map((kind, at) => {
    const from = Math.floor(quiet + step * at);
    return { kind, from, until: Math.floor(from + step * lasts) };
  });
}

/** Name of a fault in the history. */
export function faultName(kind: FaultKind, hubs: readonly string[]): string {
  switch (kind.what) {
    case 'kill-hub':
    case 'freeze-hub':
      return `${kind.what} ${hubs[kind.hub] ?? ''}`;
    case 'proxy':
      return `${kind.mode} ${hubs[kind.hub - 1] ?? ''}→${hubs[kind.hub] ?? ''}`;
    case 'redis-wiped':
    case 'redis-killed':
    case 'redis-away':
    case 'redis-frozen':
    case 'mongo-killed':
    case 'mongo-frozen':
      return kind.what;
  }
}

/** A fault that runs: what ends it, and whether it met anything yet. */
export type RunningFault = { readonly end: () => Promise<void>; readonly met?: () => boolean };
/** A fault that is ended by one call. */
export function ending(end: () => void, met?: () => boolean): RunningFault {
  const ended = () => {
    end();
    return Promise.resolve();
  };
  return met === undefined ? { end: ended } : { end: ended, met };
}

/** What the nemesis can do. */
export type FaultActions = (kind: FaultKind) => Promise<RunningFault>;

/** A fault of the traffic waits so long for traffic that it can meet. */
const MEET_MS = 4_000;

/** Carries a plan out, one fault at a time, as the count of accepted versions reaches their places. */
export class Nemesis {
  readonly #plan: readonly Fault[];
  readonly #act: FaultActions;
  readonly #note: (phase: 'begin' | 'end', kind: FaultKind) => void;
  #wake: () => void = () => undefined;
  #accepted = 0;
  #over = false;
  readonly #done: FaultKind[] = [];

  constructor(options: {
    plan: readonly Fault[];
    act: FaultActions;
    note: (phase: 'begin' | 'end', kind: FaultKind) => void;
  }) {
    this.#plan = options.plan;
    this.#act = options.act;
    this.#note = options.note;
  }

  /** Tells how far the load is. */
  progress(accepted: number): void {
    this.#accepted = accepted;
    this.#wake();
  }

  /** Lets every fault that runs come to its end, and begins none any more. */
  finish(): void {
    this.#over = true;
    this.#wake();
  }

  /** The faults that were done, counted by what they are. */
  counted(): Record<string, number> {
    const names = this.#done.map((it) => (it.what === 'proxy' ? it.mode : it.what));
    return Object.fromEntries([...Map.groupBy(names, (it) => it)].map(([name, them]) => [name, them.length]));
  }

  async #reached(count: number): Promise<void> {
    while (this.#accepted < count && !this.#over) await new Promise<void>((done) => (this.#wake = done));
  }

  /** Runs to the end of the plan. */
  async run(): Promise<void> {
    for (const fault of this.#plan) {
      await this.#reached(fault.from);
      if (this.#over) return;
      this.#note('begin', fault.kind);
      const { end, met = () => true } = await this.#act(fault.kind);
      this.#done.push(fault.kind);
      await this.#reached(fault.until);
      await holdsWithin(MEET_MS, () => this.#over || met());
      await end();
      this.#note('end', fault.kind);
    }
  }
}

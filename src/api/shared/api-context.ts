import type { CalendarDay } from '../../domain/calendar/index.ts';
import type { Asker } from './asker.ts';
import { CoverageCollector } from './coverage.ts';
import type { Quota } from './quota.ts';
import { ReadCollector } from './read-log.ts';

/** What every resolver of one request shares; it lives as long as the request and no longer. */
export type ApiContext = {
  readonly asker: Asker;
  readonly traceId: string;
  /** Ends when the client goes away or the deadline passes; graphql's `execute` has no signal of its own. */
  readonly signal: AbortSignal;
  /** When the answer must go out, in milliseconds since 1970. */
  readonly deadlineAt: number;
  /** Hubs the question went through before it came here. */
  readonly via: readonly string[];
  /** Asked by a hub: only the registry and own departments answer. */
  readonly ownOnly: boolean;
  readonly now: Date;
  readonly today: CalendarDay;
  readonly coverage: CoverageCollector;
  readonly reads: ReadCollector;
  /** Cost units of the sources that were asked. */
  readonly spent: SpentUnits;
  /** The asker's quota once it was charged; null before, and for the hub itself. */
  readonly quota: { now: Quota | null };
  /** Loaders by dataset, made on first use. */
  readonly loaders: Map<string, unknown>;
};

/** Adds up what the sources that were really asked cost. */
export class SpentUnits {
  #units = 0;

  /** Units so far. */
  get units(): number {
    return this.#units;
  }

  add(units: number): void {
    this.#units += units;
  }
}

/** What a door knows of a request. */
export type RequestFacts = Pick<
  ApiContext,
  'asker' | 'traceId' | 'signal' | 'deadlineAt' | 'via' | 'ownOnly' | 'now' | 'today'
> & { readonly quota?: Quota | null };

/** The context of a fresh request. */
export function contextOf(facts: RequestFacts): ApiContext {
  return {
    ...facts,
    coverage: new CoverageCollector(),
    reads: new ReadCollector(),
    spent: new SpentUnits(),
    quota: { now: facts.quota ?? null },
    loaders: new Map(),
  };
}

/** The loader of a request under a name, made on first use. */
export function loaderOf<T>(context: ApiContext, name: string, make: () => T): T {
  const known = context.loaders.get(name);
  if (known !== undefined) return known as T;
  const made = make();
  context.loaders.set(name, made);
  return made;
}

/** Milliseconds left until the answer must go out, never below 0. */
export function remainingMs(context: ApiContext): number {
  return Math.max(0, context.deadlineAt - Date.now());
}

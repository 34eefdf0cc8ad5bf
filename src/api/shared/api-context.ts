import type { CalendarDay } from '../../domain/calendar/index.ts';
import type { Asker } from './asker.ts';
import { CoverageCollector } from './coverage.ts';
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
  /** Loaders by dataset, made on first use. */
  readonly loaders: Map<string, unknown>;
};

/** What a door knows of a request. */
export type RequestFacts = Pick<
  ApiContext,
  'asker' | 'traceId' | 'signal' | 'deadlineAt' | 'via' | 'ownOnly' | 'now' | 'today'
>;

/** The context of a fresh request. */
export function contextOf(facts: RequestFacts): ApiContext {
  return { ...facts, coverage: new CoverageCollector(), reads: new ReadCollector(), loaders: new Map() };
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

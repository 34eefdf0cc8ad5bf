import type { ReconcileElement, ReconcileFound } from '../../contracts/messages/index.ts';
import type { Apart } from './descent.ts';

/** The classes of a difference, seen from the sender. */
export const DIFFERENCE_CLASSES = [
  'missingThere',
  'missingHere',
  'staleThere',
  'staleHere',
  'conflicting',
] as const;
/** One word of {@link DIFFERENCE_CLASSES}. */
export type DifferenceClass = (typeof DIFFERENCE_CLASSES)[number];

/** A record in which two hubs differ; null: that side has no version of it. */
export type Difference = {
  readonly key: string;
  readonly here: { readonly v: number; readonly hash: string } | null;
  readonly there: { readonly v: number; readonly hash: string } | null;
};

/** Differences by their class. */
export type Differences = Readonly<Record<DifferenceClass, readonly Difference[]>>;

function classOf({ here, there }: Difference): DifferenceClass {
  if (there === null) return 'missingThere';
  if (here === null) return 'missingHere';
  if (here.v === there.v) return 'conflicting';
  return there.v < here.v ? 'staleThere' : 'staleHere';
}

const versionOf = (it: ReconcileElement | undefined) =>
  it === undefined ? null : { v: it.v, hash: it.hash };

/** The records that elements on one side only belong to. */
export function pairByKey(apart: Pick<Apart, 'onlyHere' | 'onlyThere'>): Difference[] {
  const here = new Map(apart.onlyHere.map((it) => [it.key, it]));
  const there = new Map(apart.onlyThere.map((it) => [it.key, it]));
  return [...new Set([...here.keys(), ...there.keys()])].map((key) => ({
    key,
    here: versionOf(here.get(key)),
    there: versionOf(there.get(key)),
  }));
}

/** Sorts differences into their classes. */
export function classify(differences: readonly Difference[]): Differences {
  const classes: Record<DifferenceClass, Difference[]> = {
    missingThere: [],
    missingHere: [],
    staleThere: [],
    staleHere: [],
    conflicting: [],
  };
  for (const it of differences) classes[classOf(it)].push(it);
  return classes;
}

/** How many of each class. */
export function countClasses(found: Differences): Pick<ReconcileFound, DifferenceClass> {
  return {
    missingThere: found.missingThere.length,
    missingHere: found.missingHere.length,
    staleThere: found.staleThere.length,
    staleHere: found.staleHere.length,
    conflicting: found.conflicting.length,
  };
}

/** How many differences in all. */
export function countDifferences(found: Differences): number {
  return DIFFERENCE_CLASSES.reduce((sum, it) => sum + found[it].length, 0);
}

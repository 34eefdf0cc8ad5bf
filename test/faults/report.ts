import type { CheckerName } from './checkers.ts';
import type { ControlResult } from './control-run.ts';
import type { MainResult } from './main-run.ts';
import type { MechanismResult } from './mechanisms.ts';
import type { StoreProof } from './store-proof.ts';

/** The control run must lose more than this share of what was accepted. */
export const CONTROL_MUST_LOSE = 0.1;
const EXAMPLES = 3;

/** Everything that a run found. */
export type Findings = {
  readonly seed: number;
  readonly store: string;
  readonly storeProof: StoreProof;
  readonly main: MainResult;
  readonly control: ControlResult;
  readonly mechanisms: readonly MechanismResult[];
};

/** What speaks against the run, each as a sentence; empty: every check held. */
export function failuresOf(findings: Findings): string[] {
  const { main, control, mechanisms } = findings;
  const entries = Object.entries(main.violations) as [CheckerName, readonly string[]][];
  const checks = entries.flatMap(([name, them]) =>
    them.length === 0 ? [] : [`${name}: ${them.length}, such as: ${them.slice(0, EXAMPLES).join('; ')}`],
  );
  const { sameKey } = main;
  const one = sameKey.answered === sameKey.sent && sameKey.differentAnswers === 1 && sameKey.effects === 1;
  const uncaught = mechanisms.filter((it) => !it.caught).map((it) => `no checker failed without: ${it.name}`);
  const unsound = mechanisms.filter((it) => it.soundWhenWhole === false);
  return [
    ...checks,
    ...(main.drained ? [] : [`not drained after ${main.drainMs} ms`]),
    ...(main.hubsEnded === 0 ? [] : [`${main.hubsEnded} hub processes ended by themselves`]),
    ...(one ? [] : [`one message ${sameKey.sent} times at once: ${JSON.stringify(sameKey)}`]),
    ...(control.lostShare > CONTROL_MUST_LOSE
      ? []
      : [
          `the control run lost ${control.lost} of ${control.accepted} only: the faults are too weak to prove anything`,
        ]),
    ...uncaught,
    ...unsound.map((it) => `with every mechanism in place, the faults of "${it.name}" were not survived`),
  ];
}

/** The figures for machines. */
export function figuresOf(findings: Findings): Record<string, unknown> {
  const { seed, store, storeProof, main, control, mechanisms } = findings;
  const { violations, ...measured } = main;
  const counts = Object.fromEntries(Object.entries(violations).map(([name, them]) => [name, them.length]));
  const failures = failuresOf(findings);
  return {
    ok: failures.length === 0,
    seed,
    store,
    storeProof,
    ...measured,
    ...counts,
    control,
    mechanisms,
    failures,
  };
}

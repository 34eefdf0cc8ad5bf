import type { GateSpec } from '../../contracts/manifests/index.ts';
import type { GateDecision, GateFigures, GateName, GateResult, GateVerdict, Share } from './gate-figures.ts';

type Limits = { readonly warn?: number | undefined; readonly stop?: number | undefined };

const MAX_NAMED = 50;

function reached(share: number, limit: number | undefined): boolean {
  return limit !== undefined && share > 0 && share >= limit;
}

function judgeShare(gate: GateName, share: Share | null, limits: Limits): GateResult {
  const { warn, stop } = limits;
  const { count, of } = share ?? { count: 0, of: 0 };
  const rate = of === 0 ? 0 : count / of;
  const verdict: GateVerdict =
    share === null ? 'skipped' : reached(rate, stop) ? 'stop' : reached(rate, warn) ? 'warn' : 'pass';
  return { gate, verdict, count, of, warn: warn ?? null, stop: stop ?? null, about: [] };
}

type Drift = { readonly count: number; readonly about: readonly string[] } | null;

function judgeDrift(gate: GateName, drift: Drift, word: 'ignore' | 'warn' | 'stop'): GateResult {
  const { count, about } = drift ?? { count: 0, about: [] };
  const verdict: GateVerdict =
    drift === null
      ? 'skipped'
      : count === 0 || word === 'ignore'
        ? 'pass'
        : word === 'warn'
          ? 'warn'
          : 'stop';
  const from = { warn: word === 'warn' ? 0 : null, stop: word === 'stop' ? 0 : null };
  return { gate, verdict, count, of: 0, ...from, about: about.slice(0, MAX_NAMED) };
}

/**
 * Decides whether a run may be accepted. Each gate gives its figure, its limits and its word; one that stops, stops the
 * run. A share reaches its limit at the limit itself, and zero reaches none. A rate of change over fewer known records
 * than `changeRateFrom` says nothing and is skipped.
 */
export function decideGates(spec: GateSpec, figures: GateFigures): GateDecision {
  const { rejects, changes, againstLast, againstDeclared, unknownCodes, columns } = figures;
  const codes = Object.entries(unknownCodes).filter(([, count]) => count > 0);
  const strange = codes.reduce((sum, [, count]) => sum + count, 0);
  const moved = columns && [...columns.came.map((it) => `+${it}`), ...columns.went.map((it) => `-${it}`)];
  const gates = [
    judgeShare('rejectRate', rejects, spec.rejectRate),
    judgeShare('changeRate', changes.of < spec.changeRateFrom ? null : changes, spec.changeRate),
    judgeShare('shrink', againstLast, spec.shrink),
    judgeShare('declaredTotal', againstDeclared, spec.shrink),
    judgeDrift('codes', { count: strange, about: codes.map(([field]) => field).sort() }, spec.drift.codes),
    judgeDrift('columns', moved && { count: moved.length, about: moved }, spec.drift.columns),
  ];
  const said = new Set(gates.map((it) => it.verdict));
  return { verdict: said.has('stop') ? 'stop' : said.has('warn') ? 'warn' : 'pass', gates };
}

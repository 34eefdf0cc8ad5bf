import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gateSchema, type GateSpec } from '../../contracts/manifests/index.ts';
import { decideGates } from './decide-gates.ts';
import type { GateFigures, GateName } from './gate-figures.ts';

const SEED = 20_261_121;

const quiet: GateFigures = {
  rejects: { count: 0, of: 1_000 },
  changes: { count: 0, of: 1_000 },
  againstLast: { count: 0, of: 1_000 },
  againstDeclared: null,
  unknownCodes: {},
  columns: { came: [], went: [] },
};

const spec = (written: object = {}): GateSpec => gateSchema.parse(written);

const wordOf = (gate: GateName, written: object, figures: Partial<GateFigures>) =>
  decideGates(spec(written), { ...quiet, ...figures }).gates.find((it) => it.gate === gate)?.verdict;

describe('the gates of a run', () => {
  it('stop a run of which more rows are bad than its manifest allows', () => {
    const decision = decideGates(spec({ rejectRate: { stop: '5%' } }), {
      ...quiet,
      rejects: { count: 50, of: 1_000 },
    });
    expect(decision.verdict).toBe('stop');
    expect(decision.gates[0]).toMatchObject({ gate: 'rejectRate', count: 50, of: 1_000, stop: 0.05 });
  });

  it('stop without a word in the manifest where half of the known records would change', () => {
    expect(decideGates(spec(), { ...quiet, changes: { count: 500, of: 1_000 } }).verdict).toBe('stop');
    expect(decideGates(spec(), { ...quiet, changes: { count: 499, of: 1_000 } }).verdict).toBe('pass');
  });

  it('say nothing of a rate of change over few known records', () => {
    const few = { changes: { count: 99, of: 99 } };
    expect(wordOf('changeRate', {}, few)).toBe('skipped');
    expect(wordOf('changeRate', { changeRateFrom: 99 }, few)).toBe('stop');
  });

  it('judge a full read by the one before and by what the source declares', () => {
    const short = { count: 300, of: 1_000 };
    expect(wordOf('shrink', {}, { againstLast: short })).toBe('warn');
    expect(wordOf('declaredTotal', { shrink: { stop: '30%' } }, { againstDeclared: short })).toBe('stop');
    expect(wordOf('shrink', { shrink: { stop: '0%' } }, { againstLast: null })).toBe('skipped');
  });

  it('tell of code values and columns that drift, by their names, as the manifest says', () => {
    const drift = { unknownCodes: { penaltyKind: 3, a: 1 }, columns: { came: ['新列'], went: ['BZ'] } };
    const { gates, verdict } = decideGates(spec(), { ...quiet, ...drift });
    expect(verdict).toBe('warn');
    expect(gates.find((it) => it.gate === 'codes')).toMatchObject({ count: 4, about: ['a', 'penaltyKind'] });
    expect(gates.find((it) => it.gate === 'columns')?.about).toEqual(['+新列', '-BZ']);
    expect(wordOf('codes', { drift: { codes: 'stop' } }, drift)).toBe('stop');
    expect(wordOf('columns', { drift: { columns: 'ignore' } }, drift)).toBe('pass');
    expect(wordOf('columns', {}, { columns: null })).toBe('skipped');
  });

  it('never grow milder as a figure grows, and let an empty run pass', () => {
    const severity = { skipped: 0, pass: 0, warn: 1, stop: 2 };
    const law = fc.property(fc.nat(1_000), fc.nat(1_000), fc.nat(100), (a, b, limit) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)];
      const written = { rejectRate: { warn: '1%', stop: `${limit}%` } };
      const at = (count: number) =>
        severity[wordOf('rejectRate', written, { rejects: { count, of: 1_000 } }) ?? 'skipped'];
      expect(at(less)).toBeLessThanOrEqual(at(more));
    });
    fc.assert(law, { seed: SEED, numRuns: 200 });
    const none = { count: 0, of: 0 };
    const empty = { ...quiet, rejects: none, changes: none, againstLast: none };
    expect(decideGates(spec({ rejectRate: { stop: '0%' }, shrink: { stop: '0%' } }), empty).verdict).toBe(
      'pass',
    );
  });
});

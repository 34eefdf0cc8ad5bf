import { isDeepStrictEqual } from 'node:util';
import type { ManifestTest } from '../../contracts/manifests/index.ts';
import type { CalendarDay } from '../../domain/calendar/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { LoadedConnector } from '../connectors/index.ts';
import { RowJudge, type Verdict } from '../validation/index.ts';

/** What became of one test of a manifest. */
export type TestTrial = {
  /** Place in `tests`, counted from 1. */
  readonly place: number;
  readonly ok: boolean;
  readonly expected: string;
  readonly found: string;
};

const rulesOf = (verdict: Verdict, severity: 'reject' | 'warn'): string[] =>
  verdict.findings.filter((it) => it.severity === severity).map((it) => it.rule);

function foundText(verdict: Verdict): string {
  switch (verdict.verdict) {
    case 'refused':
      return 'refused: about a person';
    case 'quarantined':
      return `rejected: ${[...new Set(rulesOf(verdict, 'reject'))].join(', ')}`;
    case 'candidate': {
      const warned = [...new Set(rulesOf(verdict, 'warn'))];
      return warned.length === 0 ? 'accepted' : `accepted, warned: ${warned.join(', ')}`;
    }
  }
}

const hasAll = (rules: readonly string[], wanted: readonly string[]): boolean =>
  wanted.every((it) => rules.includes(it));

/** Values that were expected and not found, as text; empty where all agree. */
function differences(verdict: Verdict, wanted: Readonly<Record<string, unknown>>): string[] {
  if (verdict.verdict !== 'candidate') return [foundText(verdict)];
  const { statement, subject } = verdict.candidate;
  const values: Record<string, unknown> = {
    ...statement,
    'subject.uscc': subject.uscc,
    'subject.name': subject.name,
  };
  return Object.entries(wanted).flatMap(([field, value]) => {
    const got = values[field];
    const same = got !== undefined && isDeepStrictEqual(got, value);
    return same ? [] : [`${field} = ${JSON.stringify(got ?? null)}`];
  });
}

function compare({ expect }: ManifestTest, verdict: Verdict): Omit<TestTrial, 'place'> {
  const found = foundText(verdict);
  if ('refuse' in expect)
    return { ok: verdict.verdict === 'refused', expected: 'refused: about a person', found };
  if ('reject' in expect) {
    const ok = verdict.verdict === 'quarantined' && hasAll(rulesOf(verdict, 'reject'), expect.reject);
    return { ok, expected: `rejected: ${expect.reject.join(', ')}`, found };
  }
  if ('warn' in expect) {
    const ok = verdict.verdict === 'candidate' && hasAll(rulesOf(verdict, 'warn'), expect.warn);
    return { ok, expected: `accepted, warned: ${expect.warn.join(', ')}`, found };
  }
  const missed = differences(verdict, expect.accept);
  const expected = `accepted: ${JSON.stringify(expect.accept)}`;
  return { ok: missed.length === 0, expected, found: missed.length === 0 ? found : missed.join(', ') };
}

/** Judges the rows that a manifest's `tests` give, each by itself, with no network and no store. */
export async function tryTests(
  connector: LoadedConnector,
  catalogue: Catalogue,
  today: CalendarDay,
): Promise<TestTrial[]> {
  const trials: TestTrial[] = [];
  for (const [place, test] of connector.tests.entries()) {
    const judge = new RowJudge({
      connector,
      catalogue,
      hub: { id: 'test', soleTraders: 'on' },
      run: 'test',
      today,
    });
    const raw = { row: String(place + 1), cells: Object.values(test.given), fault: null };
    const [verdict] = await judge.judgeRows(Object.keys(test.given), [raw]);
    if (verdict !== undefined) trials.push({ place: place + 1, ...compare(test, verdict) });
  }
  return trials;
}

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coverageOf } from '../shared/index.ts';
import { connectionOf } from './connection.ts';
import { comparePositions, decodeCursor, encodeCursor, isWithin, pageOf, type Page } from './page.ts';
import type { SourceRecord, SubjectAnswer } from './source-record.ts';

const ANSWERED = [coverageOf({ source: 'a', region: '370000', dataset: 'd', status: 'ANSWERED' })];

const SHOWING = { recognise: null, statementOf: (it: SourceRecord) => it.statement };

function recordOf(decidedOn: string, key: string): SourceRecord {
  return {
    key,
    subject: '',
    version: 1,
    decidedOn,
    validFrom: decidedOn,
    validUntil: null,
    producer: { name: '测试机关', uscc: '', region: '370000' },
    disclosure: { class: 'PUBLIC', publishable: true, reason: null },
    legalBasis: { document: '', article: '' },
    provenance: {
      source: '',
      origin: '',
      via: [],
      run: null,
      acceptedAt: null,
      knownFrom: null,
      hash: '',
      ruleVersion: '',
    },
    statement: {},
  };
}

/** A source as each of them must behave: the first of its own stretch, and whether there is more. */
function answer(records: readonly SourceRecord[], page: Page): SubjectAnswer {
  const own = records.filter((it) => isWithin(it, page)).sort(comparePositions);
  const cut = page.backwards ? own.slice(-page.size) : own.slice(0, page.size);
  return { records: cut, more: own.length > page.size };
}

const key = fc.integer({ min: 0, max: 40 }).map((it) => it.toString(16).padStart(64, '0'));
const day = fc.integer({ min: 1, max: 9 }).map((it) => `2025-01-0${it}`);
/** Each key has one day wherever it is held: a key names a decision. */
const holdings = fc
  .array(fc.tuple(key, day, fc.integer({ min: 1, max: 7 })), { maxLength: 40 })
  .map((all) => [...new Map(all.map(([k, d, who]) => [k, { k, d, who }])).values()]);

describe('one list from many sources', () => {
  it('refuses a cursor that is none', () => {
    expect(() => decodeCursor('bm8')).toThrow(expect.objectContaining({ code: 'BAD_CURSOR' }));
  });

  it('is walked to its end in either direction, each record once, whatever the sources hold', () => {
    fc.assert(
      fc.property(holdings, fc.integer({ min: 1, max: 7 }), fc.boolean(), (held, size, backwards) => {
        const sources = [1, 2, 4].map((bit) =>
          held.filter((it) => (it.who & bit) !== 0).map((it) => recordOf(it.d, it.k)),
        );
        const walked: string[] = [];
        let cursor: string | null = null;
        for (let more = true; more;) {
          const page = pageOf(backwards ? { last: size, before: cursor } : { first: size, after: cursor });
          const { connection, shown } = connectionOf(
            sources.map((it) => answer(it, page)),
            {
              page,
              coverage: ANSWERED,
              showing: SHOWING,
            },
          );
          const keys = shown.map((it) => it.key);
          if (backwards) walked.unshift(...keys);
          else walked.push(...keys);
          more = backwards ? connection.pageInfo.hasPreviousPage : connection.pageInfo.hasNextPage;
          cursor = backwards ? connection.pageInfo.startCursor : connection.pageInfo.endCursor;
        }
        const expected = held.map((it) => recordOf(it.d, it.k)).sort(comparePositions);
        expect(walked).toEqual(expected.map((it) => it.key));
      }),
      { seed: 20260101, numRuns: 300 },
    );
  });

  it('leaves no gap where sources show less than they looked at', () => {
    const hides = (record: SourceRecord): boolean => record.key.endsWith('3') || record.key.endsWith('7');
    const partly = (records: readonly SourceRecord[], page: Page): SubjectAnswer => {
      const whole = answer(records, page);
      const horizon = page.backwards ? whole.records[0] : whole.records.at(-1);
      const shown = whole.records.filter((it) => !hides(it));
      return { records: shown, more: whole.more, ...(horizon === undefined ? {} : { horizon }) };
    };
    fc.assert(
      fc.property(holdings, fc.integer({ min: 1, max: 4 }), fc.boolean(), (held, size, backwards) => {
        const sources = [1, 2, 4].map((bit) =>
          held.filter((it) => (it.who & bit) !== 0).map((it) => recordOf(it.d, it.k)),
        );
        const walked: string[] = [];
        let cursor: string | null = null;
        for (let more = true; more;) {
          const page = pageOf(backwards ? { last: size, before: cursor } : { first: size, after: cursor });
          const { connection, shown } = connectionOf(
            sources.map((it) => partly(it, page)),
            {
              page,
              coverage: ANSWERED,
              showing: SHOWING,
            },
          );
          const keys = shown.map((it) => it.key);
          if (backwards) walked.unshift(...keys);
          else walked.push(...keys);
          more = backwards ? connection.pageInfo.hasPreviousPage : connection.pageInfo.hasNextPage;
          cursor = backwards ? connection.pageInfo.startCursor : connection.pageInfo.endCursor;
        }
        const expected = held.map((it) => recordOf(it.d, it.k)).filter((it) => !hides(it));
        expect(walked).toEqual(expected.sort(comparePositions).map((it) => it.key));
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('shows a record as the first source has it', () => {
    const [own, other] = [recordOf('2025-01-01', 'a'), { ...recordOf('2025-01-01', 'a'), version: 9 }];
    const { shown } = connectionOf(
      [
        { records: [own], more: false },
        { records: [other], more: false },
      ],
      {
        page: pageOf({}),
        coverage: ANSWERED,
        showing: SHOWING,
      },
    );
    expect(shown).toEqual([own]);
  });

  it('gives a total only where every source answered', () => {
    const facts = {
      page: pageOf({}),
      showing: SHOWING,
    };
    const failed = [coverageOf({ source: 'b', region: '370000', dataset: 'd', status: 'TIMEOUT' })];
    const total = (coverage: typeof ANSWERED): number | null =>
      connectionOf([], { ...facts, coverage }).connection.totalCount;
    expect([total(ANSWERED), total(failed)]).toEqual([0, null]);
  });

  it('reads back every cursor it writes', () => {
    const position = { decidedOn: '2025-01-01', key: 'a'.repeat(64) };
    expect(decodeCursor(encodeCursor(position))).toEqual(position);
  });
});

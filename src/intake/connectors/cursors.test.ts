import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { earlierTime, overlapped } from './cursor-overlap.ts';
import { parseCursor } from './parse-cursor.ts';

describe('a time some seconds earlier', () => {
  it.each(['', '7', '2026-02-30 00:00:00', '2026-01-01 25:00:00', '2026-01-01 08:00', '20260101', 'x'])(
    'is none of %s',
    (text) => {
      expect(earlierTime(text, 60)).toBeNull();
    },
  );

  it.each([
    ['2026-01-01 00:30:00.123456', '2025-12-31 23:30:00.123456'],
    ['2026-03-01T00:00:00.000000001+08:00', '2026-02-28T23:00:00.000000001+08:00'],
    ['2026-01-01 08:00:00+08', '2026-01-01 07:00:00+08'],
    ['2026-01-01', '2025-12-31'],
  ])('of %s is %s', (text, earlier) => {
    expect(earlierTime(text, 3_600)).toBe(earlier);
  });

  it('keeps its form, stands before it, and loses nothing behind the seconds', () => {
    const time = fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    const micros = fc.integer({ min: 0, max: 999_999 }).map((it) => String(it).padStart(6, '0'));
    fc.assert(
      fc.property(time, micros, fc.integer({ min: 1, max: 86_400 }), (at, fraction, seconds) => {
        const text = `${at.toISOString().slice(0, 19).replace('T', ' ')}.${fraction}`;
        const earlier = earlierTime(text, seconds) ?? '';
        expect(earlier < text && earlier.length === text.length && earlier.endsWith(`.${fraction}`)).toBe(
          true,
        );
        expect(Date.parse(`${text.slice(0, 19)}Z`) - Date.parse(`${earlier.slice(0, 19)}Z`)).toBe(
          seconds * 1_000,
        );
      }),
      { seed: 2026 },
    );
  });

  it('is where an overlapping run begins; a cursor that is no time is refused', () => {
    const cursor = { SJC: '2026-01-01 01:00:01.5', ID: '7' };
    expect(overlapped(cursor, ['SJC', 'ID'], 3_600)).toEqual({ SJC: '2026-01-01 00:00:00.5', ID: '7' });
    expect(() => overlapped({ ID: '7' }, ['ID'], 60)).toThrow(
      expect.objectContaining({ code: 'CURSOR_NOT_A_TIME' }),
    );
  });
});

describe('a cursor that a person gives', () => {
  const sync = { cursor: ['SJC', 'ID'], overlap: 3_600 };

  it('is refused with every fault at once', () => {
    expect(parseCursor({}, {}).faults.map((it) => it.path)).toEqual([['cursor']]);
    for (const value of [null, [], 'x', 7])
      expect(parseCursor(sync, value).faults.map((it) => it.path)).toEqual([['cursor']]);
    expect(parseCursor(sync, { sjc: '1', ID: { a: 1 } }).faults.map((it) => it.path.join('.'))).toEqual([
      'cursor.sjc',
      'cursor.SJC',
      'cursor.ID',
    ]);
    const wrong = [
      { SJC: 'soon', ID: '' },
      { SJC: '2026-13-01', ID: 0.5 },
      { SJC: 7, ID: 'x'.repeat(201) },
    ];
    for (const value of wrong) expect(parseCursor(sync, value).faults).toHaveLength(2);
    expect(parseCursor(sync, JSON.parse('{"__proto__":"x","SJC":"2026-01-01"}')).cursor).toBeNull();
  });

  it('is taken as the texts that the database writes', () => {
    expect(parseCursor(sync, { ID: 7, SJC: '2026-01-01 00:00:00.123456' })).toEqual({
      cursor: { SJC: '2026-01-01 00:00:00.123456', ID: '7' },
      faults: [],
    });
  });
});

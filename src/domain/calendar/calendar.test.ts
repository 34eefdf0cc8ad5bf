import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addCalendarDays,
  addWorkingDays,
  compareDays,
  dayInShanghai,
  findCalendarDay,
  isUnlimited,
  isWorkingDay,
  KNOWN_CALENDAR,
  parseCalendarDay,
  publicationDue,
  PUBLICATION_RULES,
} from './index.ts';

const days = (from: string, to: string): fc.Arbitrary<string> =>
  fc
    .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
    .map((it) => it.toISOString().slice(0, 10));

describe('parseCalendarDay', () => {
  it('refuses days that do not exist and forms it does not know', () => {
    for (const text of [
      '2026-02-30',
      '20260230',
      '2026/13/01',
      '2026-1',
      '05/01/2026',
      '26-01-05',
      '46027',
      '',
      '1899-12-31',
      '2026-01-05 25:00',
      '2026-01-05abc',
      '2026-01-05T99:00:00Z',
    ]) {
      expect(() => parseCalendarDay(text)).toThrow(expect.objectContaining({ code: 'BAD_DATE' }));
    }
  });

  it('reads the forms that sources write', () => {
    for (const text of [
      '2026-01-05',
      '2026/01/05',
      '2026/1/5',
      '20260105',
      '2026年1月5日',
      '2026.01.05',
      '２０２６年１月５日',
      ' 2026/1/5 0:00 ',
      '2026-01-05 00:00:00',
      '2026-01-05T08:30:00+08:00',
      '2026-01-04T16:00:00.000Z',
    ]) {
      expect([text, parseCalendarDay(text)]).toEqual([text, '2026-01-05']);
    }
  });

  it('takes Excel day counts only when asked to', () => {
    const at = (serial: string): string | null => findCalendarDay(serial, { excelSerial: true });
    expect(['46027', '46027.5', '1', '59', '60', '61', '0', '20260105'].map(at)).toEqual([
      '2026-01-05',
      '2026-01-05',
      '1900-01-01',
      '1900-02-28',
      null,
      '1900-03-01',
      null,
      '2026-01-05',
    ]);
  });

  it('keeps to declared formats and refuses unusable ones', () => {
    expect(parseCalendarDay('05.01.2026', { formats: ['dd.MM.yyyy'] })).toBe('2026-01-05');
    expect(findCalendarDay('2026-01-05', { formats: ['yyyy/MM/dd'] })).toBeNull();
    expect(findCalendarDay('2026/1/5', { formats: ['yyyy/MM/dd'] })).toBeNull();
    expect(() => findCalendarDay('x', { formats: ['yyyy-MM'] })).toThrow(
      expect.objectContaining({ code: 'BAD_DATE_FORMAT', kind: 'config' }),
    );
  });

  it('reads back every day it can write', () => {
    fc.assert(
      fc.property(days('1900-01-01', '2099-12-31'), (day) => {
        expect(parseCalendarDay(day)).toBe(day);
        expect(parseCalendarDay(day.replaceAll('-', ''))).toBe(day);
        expect(parseCalendarDay(day.replaceAll('-', '/'))).toBe(day);
      }),
      { seed: 20260104, numRuns: 300 },
    );
  });
});

describe('working days', () => {
  it('are not counted from a day that does not exist or in fractions', () => {
    expect(() => addWorkingDays('2026-02-30', 1)).toThrow(expect.objectContaining({ code: 'BAD_DATE' }));
    expect(() => addWorkingDays('2026-02-03', -1)).toThrow(RangeError);
  });

  it('agree with the vectors', () => {
    expect(addWorkingDays('2025-09-26', 7)).toEqual({ on: '2025-10-13', provisional: false });
    expect(addWorkingDays('2025-09-28', 7)).toEqual({ on: '2025-10-14', provisional: false });
    expect(addWorkingDays('2026-02-12', 7)).toEqual({ on: '2026-02-28', provisional: false });
  });

  it('are provisional past the known calendar', () => {
    expect(KNOWN_CALENDAR).toEqual({ from: '2004-01-01', until: '2026-12-31' });
    expect(addWorkingDays('2026-12-28', 7).provisional).toBe(true);
    expect(addWorkingDays('2003-12-31', 7).provisional).toBe(true);
    expect(publicationDue('2026-12-28', PUBLICATION_RULES.DOUBLE_PUBLICATION_CALENDAR)).toEqual({
      on: '2027-01-04',
      provisional: false,
    });
  });

  it('give the due days of the deadlines in use', () => {
    expect(publicationDue('2026-02-12', PUBLICATION_RULES.DOUBLE_PUBLICATION).on).toBe('2026-02-28');
    expect(publicationDue('2026-02-12', { unit: 'CALENDAR_DAYS', days: 7 }).on).toBe('2026-02-19');
    expect(publicationDue('2026-03-02', PUBLICATION_RULES.ENTERPRISE_PUBLICITY).on).toBe('2026-03-30');
  });

  it('end on a working day, are additive and grow with the day', () => {
    const counts = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(days('2004-01-01', '2026-12-31'), counts, counts, (day, a, b) => {
        const first = addWorkingDays(day, a).on;
        expect(isWorkingDay(first)).toBe(true);
        expect(addWorkingDays(first, b).on).toBe(addWorkingDays(day, a + b).on);
        expect(addWorkingDays(addCalendarDays(day, 1), a).on >= first).toBe(true);
        expect(compareDays(day, first)).toBeLessThan(0);
      }),
      { seed: 20260105, numRuns: 200 },
    );
  });
});

describe('days', () => {
  it('turn at midnight in Shanghai, summer time of 1986 to 1991 included', () => {
    expect(dayInShanghai(new Date('2026-01-04T15:59:59.999Z'))).toBe('2026-01-04');
    expect(dayInShanghai(new Date('2026-01-04T16:00:00Z'))).toBe('2026-01-05');
    expect(dayInShanghai(new Date('1988-05-31T15:00:00Z'))).toBe('1988-06-01');
  });

  it('know the day without end', () => {
    expect(isUnlimited('2099-12-31')).toBe(true);
    expect(isUnlimited('2099-12-30')).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CsvRows, type CsvRecord } from './csv-rows.ts';

function readAll(
  pieces: readonly string[],
  limit?: number,
): { records: CsvRecord[]; openQuoteLine: number | null } {
  const rows = new CsvRows(',', limit);
  const records = pieces.flatMap((it) => rows.push(it));
  const { record, openQuoteLine } = rows.end();
  return { records: record === null ? records : [...records, record], openQuoteLine };
}

const cellsOf = (text: string): string[][] => readAll([text]).records.map((it) => it.cells);
const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

describe('splitting delimited text', () => {
  it('names the line of a quote that is never closed', () => {
    expect(readAll(['a,b\n1,2\n3,"four\n5,6\n']).openQuoteLine).toBe(3);
  });

  it('cuts a cell beyond the limit, marks its record, and reads the records behind it', () => {
    const { records } = readAll(
      ['a,b\n1,"', ...Array.from({ length: 50 }, () => 'x'.repeat(50)), '"\n4,5\n'],
      100,
    );
    expect(records.map((it) => it.cut)).toEqual([false, true, false]);
    expect(records[1]?.cells[1]).toHaveLength(100);
    expect(records[2]?.cells).toEqual(['4', '5']);
  });

  it('gives an unfinished last line as a record of its own', () => {
    expect(cellsOf('a,b\n1')).toEqual([['a', 'b'], ['1']]);
  });

  it('takes each kind of line end, leaves empty lines out, and keeps counting lines', () => {
    const { records } = readAll(['a\r', '\nb\r\rc\n\n"d\ne"\nf']);
    expect(records.map((it) => it.cells[0])).toEqual(['a', 'b', 'c', 'd\ne', 'f']);
    expect(records.map((it) => it.line)).toEqual([1, 2, 4, 6, 8]);
  });

  it('takes a quote inside an unquoted cell as a character', () => {
    expect(cellsOf('5" pipe,a"b"\n')).toEqual([['5" pipe', 'a"b"']]);
  });

  it('keeps empty cells, also quoted ones', () => {
    expect(cellsOf(',"",\n')).toEqual([['', '', '']]);
    expect(cellsOf('""\nx\n')).toEqual([[''], ['x']]);
  });

  it('reads back what was written, wherever the text is cut into pieces', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '信', '"', ',', '\n', '\r', ' ') });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 7 }), (rows, size) => {
        const text = rows.map((row) => row.map(quote).join(',')).join('\r\n');
        const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
          text.slice(at * size, (at + 1) * size),
        );
        const { records, openQuoteLine } = readAll(pieces);
        expect(openQuoteLine).toBeNull();
        expect(records.map((it) => it.cells)).toEqual(rows);
      }),
    );
  });
});

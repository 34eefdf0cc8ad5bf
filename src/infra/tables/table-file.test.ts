import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readTable, writeTable, type TableFormat } from './table-file.ts';

const FORMATS: readonly TableFormat[] = [
  { format: 'csv', encoding: 'utf-8', bom: false },
  { format: 'csv', encoding: 'utf-8', bom: true },
  { format: 'csv', encoding: 'gb18030', bom: false },
  { format: 'xlsx', encoding: 'utf-8', bom: false },
];
const refusal = expect.objectContaining({ code: 'TABLE_MALFORMED', kind: 'refused' });

describe.each(FORMATS)('a table file $format $encoding $bom', (format) => {
  const rows = [
    { 码: '913703060000000001', 名: '测试,"一"号\n有限公司' },
    { 码: '0', 名: '𠮷' },
  ];

  it('is refused when it is cut off anywhere, lacks a column or is something else', async () => {
    const bytes = await writeTable(['码', '名'], rows, format);
    for (const length of [1, Math.floor(bytes.length / 2), bytes.length - 1]) {
      await expect(readTable(bytes.subarray(0, length), format, ['码'])).rejects.toEqual(refusal);
    }
    await expect(readTable(bytes, format, ['码', '别'])).rejects.toEqual(refusal);
    await expect(readTable(Buffer.from([0xff, 0xfe, 0x81]), format, ['码'])).rejects.toEqual(refusal);
  });

  it('is read as it was written, and no code loses a digit', async () => {
    expect(await readTable(await writeTable(['码', '名'], rows, format), format, ['码', '名'])).toEqual(rows);
  });
});

describe('a table in GB18030', () => {
  it('holds every text', async () => {
    const format = { format: 'csv', encoding: 'gb18030', bom: false } as const;
    const text = fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 40 });
    const law = fc.asyncProperty(text, async (value) => {
      const bytes = await writeTable(['a', 'b'], [{ a: value, b: 'x' }], format);
      expect(await readTable(bytes, format, ['a'])).toEqual([{ a: value, b: 'x' }]);
    });
    await fc.assert(law, { seed: 18_030, numRuns: 300 });
  });
});

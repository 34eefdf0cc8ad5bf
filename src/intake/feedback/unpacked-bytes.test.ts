import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Workbook } from '@cj-tech-master/excelts';
import { unpackedBytes } from './unpacked-bytes.ts';

async function workbook(): Promise<Buffer> {
  const own = new Workbook();
  own.addWorksheet('a').addRow(['测'.repeat(20_000)]);
  return Buffer.from(await own.xlsx.writeBuffer());
}

describe('the size of an archive before it is unpacked', () => {
  it('is not known of bytes that are no archive, or are cut off', async () => {
    const bytes = await workbook();
    expect(unpackedBytes(Buffer.alloc(0))).toBeNull();
    expect(unpackedBytes(bytes.subarray(0, bytes.length - 23))).toBeNull();
    expect(unpackedBytes(bytes.subarray(100))).toBeNull();
    const law = fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      expect(unpackedBytes(Buffer.from(noise))).toBeNull();
    });
    fc.assert(law, { seed: 20_260_401, numRuns: 300 });
  });

  it('is what its entries declare, however small it is packed', async () => {
    const bytes = await workbook();
    expect(unpackedBytes(bytes)).toBeGreaterThan(60_000);
    expect(bytes.length).toBeLessThan(20_000);
  });
});

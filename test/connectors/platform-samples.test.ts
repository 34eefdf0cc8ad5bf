import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wireRecordSchema, type WireRecord } from '../../src/contracts/messages/index.ts';
import { judgeRecord, loadPlatform, mapRow, type LastWord } from '../../src/exchange/platforms/index.ts';
import { loadCatalogue } from '../../src/registry/catalogue/index.ts';

/** Every folder below connectors/platforms brings its own test: records, and the rows that go out or why none does. */
const CONNECTORS = join(import.meta.dirname, '../../connectors');
const PLATFORMS = join(CONNECTORS, 'platforms');
/** The day on which the samples are judged. */
const TODAY = '2026-11-21';
const catalogue = loadCatalogue(CONNECTORS);

type Sample = { readonly about: string; readonly record: WireRecord; readonly last: LastWord | null };

const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(PLATFORMS, ...path), 'utf8'));

/** The registry's newest version is the one on the wire. */
function newestOf(record: WireRecord) {
  const { v, hash, operation, decidedOn, validUntil, disclosure } = record;
  return { head: { v, hash, operation, decidedOn, validUntil }, versions: [{ disclosure }] };
}

describe.each(readdirSync(PLATFORMS))('records for %s', (id) => {
  it('go out as expected, or not at all', () => {
    const platform = loadPlatform(join(PLATFORMS, id), catalogue);
    const against = { platform, catalogue, today: TODAY };
    const found = (read(id, 'samples', 'records.json') as Sample[]).map(({ about, record, last }) => {
      const judged = judgeRecord(wireRecordSchema.parse(record), { newest: newestOf(record), last }, against);
      if (judged.action.action === 'withhold') return { about, withheld: judged.action.reason };
      const row = mapRow(judged, 'BATCH', against);
      return { about, said: judged.said, row };
    });
    expect(found).toEqual(read(id, 'expected', 'rows.json'));
  });
});

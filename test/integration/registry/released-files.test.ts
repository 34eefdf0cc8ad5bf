import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCatalogue, releaseFiles } from '../../../src/registry/catalogue/index.ts';

const CONNECTORS = join(import.meta.dirname, '../../../connectors');
const DATASET = 'datasets/commendation@1.yml';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-catalogue-'));
  cpSync(CONNECTORS, folder, { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const draft = (from: string, changes: readonly [string, string][]): string =>
  changes.reduce((text, [a, b]) => text.replace(a, b), readFileSync(join(folder, from), 'utf8'));

describe('a released file', () => {
  it('may neither change nor go', () => {
    appendFileSync(join(folder, DATASET), '# later\n');
    rmSync(join(folder, 'codes/tax-grade@1.csv'));
    expect(() => loadCatalogue(folder)).toThrow(
      expect.objectContaining({
        code: 'RELEASED_FILE_CHANGED',
        details: { changed: ['codes/tax-grade@1.csv', DATASET] },
      }),
    );
  });

  it('is followed by a new version, which may change until it is released itself', () => {
    const next = 'datasets/commendation@2.yml';
    writeFileSync(join(folder, next), draft(DATASET, [['version: 1', 'version: 2']]));
    appendFileSync(join(folder, next), '# later\n');
    expect(loadCatalogue(folder).getDataset('commendation@2').version).toBe(2);
    expect(releaseFiles(folder, [next, DATASET])).toEqual([next]);
    expect(releaseFiles(folder, [next])).toEqual([]);
    appendFileSync(join(folder, next), '# and later\n');
    expect(() => loadCatalogue(folder)).toThrow(expect.objectContaining({ code: 'RELEASED_FILE_CHANGED' }));
  });

  it('is one of the versioned ones, and is there', () => {
    const release = (file: string) => () => releaseFiles(folder, [file]);
    expect(release('datasets/none@1.yml')).toThrow(expect.objectContaining({ code: 'FILE_MISSING' }));
    expect(release('sources/zc-licence/connector.yml')).toThrow(
      expect.objectContaining({ code: 'BAD_FILE' }),
    );
    expect(release('../connectors/released.sha256')).toThrow(expect.objectContaining({ kind: 'config' }));
  });
});

describe('a dataset', () => {
  it('whose item stands in no catalogue is refused', () => {
    const text = draft(DATASET, [
      ['version: 1', 'version: 2'],
      ['catalogueItem: BZJL', 'catalogueItem: BZJX'],
    ]);
    writeFileSync(join(folder, 'datasets/commendation@2.yml'), text);
    expect(() => loadCatalogue(folder)).toThrow(expect.objectContaining({ code: 'BAD_FILE' }));
  });
});

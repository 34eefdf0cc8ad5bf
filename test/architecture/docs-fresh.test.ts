import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { generateDocuments, staleDocuments } from '../../script/generate-docs.ts';
import { RULE_CATALOGUE } from '../../src/domain/rules.ts';
import { plantTree } from './planted-tree.ts';

const ROOT = join(import.meta.dirname, '../..');

describe('generated documents', () => {
  it('are refused when one was changed by hand, is missing, or is made by nothing', async () => {
    const documents = await generateDocuments();
    const texts = Object.fromEntries(documents);
    const planted = plantTree({
      ...texts,
      'docs/rules.md': `${texts['docs/rules.md'] ?? ''}one more line\n`,
      'docs/schemas/stranger.json': '{}\n',
    });
    expect(staleDocuments(planted.folder, new Map([...documents, ['docs/new.md', 'text']]))).toEqual([
      'docs/rules.md',
      'docs/new.md',
      'docs/schemas/stranger.json',
    ]);
    planted.remove();
  });

  it('are fresh: run "npm run documents" after a change of errors, rules or contracts', async () => {
    const documents = await generateDocuments();
    expect(documents.size).toBeGreaterThan(10);
    expect(staleDocuments(ROOT, documents)).toEqual([]);
  });

  it('name every rule once', async () => {
    const text = (await generateDocuments()).get('docs/rules.md') ?? '';
    for (const { rule } of RULE_CATALOGUE) expect(text.split(`\`${rule}\``)).toHaveLength(2);
  });
});

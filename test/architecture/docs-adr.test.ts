import { describe, expect, it } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../docs/adr');
const MAX_WORDS = 330;

/** What a decision's page lacks. */
function faultsOf(page: string): string[] {
  const enforced = /^\*\*Enforced by\*\* (.+(?:\n.+)*)/m.exec(page)?.[1] ?? '';
  const named = /\]\([^)]+\)|`[a-z0-9.-]+`/.test(enforced);
  return [
    ...(/^# \S/.test(page) ? [] : ['no title']),
    ...(page.includes('**Decision.**') ? [] : ['no decision']),
    ...(page.includes('**Consequence.**') ? [] : ['no consequence']),
    ...(named ? [] : ['nothing enforces it']),
    ...(page.split(/\s+/).length <= MAX_WORDS ? [] : ['longer than half a page']),
  ];
}

describe('a decision', () => {
  it('is refused without a title, a decision, a consequence or what enforces it', () => {
    expect(faultsOf('Text.\n\n**Enforced by** good will\n')).toEqual([
      'no title',
      'no decision',
      'no consequence',
      'nothing enforces it',
    ]);
    expect(faultsOf(`# A\n\n${'word '.repeat(400)}`)).toContain('longer than half a page');
  });

  it('has all of them on half a page, and stands in the index', () => {
    const pages = globSync('*.md', { cwd: FOLDER }).filter((it) => it !== 'README.md');
    const index = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    expect(pages.length).toBeGreaterThanOrEqual(14);
    for (const page of pages) {
      const faults = faultsOf(readFileSync(join(FOLDER, page), 'utf8'));
      expect({ page, faults, listed: index.includes(`](${page})`) }).toEqual({
        page,
        faults: [],
        listed: true,
      });
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { COMMANDS } from '../../src/apps/cli/commands/index.ts';
import { plantTree } from './planted-tree.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOREIGN = ['node_modules', '.runtime', '.data', '.git'];
const MAX_README_LINES = 15;

function documents(baseDir: string): string[] {
  const exclude = (name: string) => FOREIGN.includes(name.split('/').at(-1) ?? '');
  return globSync('**/*.md', { cwd: baseDir, exclude });
}

/** Links of a document to files beside it that are not there, as `document → target`. */
function deadLinks(baseDir: string): string[] {
  return documents(baseDir).flatMap((file) => {
    const text = readFileSync(join(baseDir, file), 'utf8').replaceAll(/```[\s\S]*?```/g, '');
    const inline = [...text.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)];
    const reference = [...text.matchAll(/^\[[^\]]+\]:\s*<?(\S+?)>?\s*$/gm)];
    const targets = [...inline, ...reference].map((match) => match[1] ?? '');
    return targets
      .filter((target) => !/^([a-z][a-z0-9+.-]*:|#|\/\/)/i.test(target))
      .filter((target) => {
        const path = decodeURI(target.split('#')[0] ?? '');
        return !existsSync(join(baseDir, path.startsWith('/') ? '.' : dirname(file), path));
      })
      .map((target) => `${file} → ${target}`);
  });
}

/** Paths of the clone that a document names in backticks. */
function pathsNamedIn(text: string): string[] {
  return [...text.matchAll(/`((?:src|schema|connectors|test|script|docs)\/[^`\s*<>…]+)`/g)].map(
    (it) => it[1] ?? '',
  );
}

/** Verbs of the command line that a text names nowhere in backticks. */
function verbsMissingIn(text: string): string[] {
  const named = [...text.matchAll(/`([a-z]+)(?: [^`]*)?`/g)].map((it) => it[1] ?? '');
  return Object.keys(COMMANDS).filter((it) => !named.includes(it));
}

describe('documents', () => {
  it('are refused when a link leads nowhere', () => {
    const planted = plantTree({
      'README.md': '[a](docs/a.md) [b](docs/gone.md#part) [c](https://example.cn/x)\n\n[d]: missing.svg\n',
      'docs/a.md': '[up](../README.md) [self](#here)',
    });
    expect(deadLinks(planted.folder)).toEqual(['README.md → docs/gone.md#part', 'README.md → missing.svg']);
    planted.remove();
  });

  it('have no dead link', () => {
    expect(documents(ROOT).length).toBeGreaterThan(5);
    expect(deadLinks(ROOT)).toEqual([]);
  });

  it('name only files that exist on the journey of a record', () => {
    expect(pathsNamedIn('step `src/gone/x.ts`, and `not a path`')).toEqual(['src/gone/x.ts']);
    const paths = pathsNamedIn(readFileSync(join(ROOT, 'docs/record-journey.md'), 'utf8'));
    expect(paths.length).toBeGreaterThanOrEqual(10);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('name every verb of the command line in the README', () => {
    const verbs = Object.keys(COMMANDS);
    expect(
      verbsMissingIn(
        `\`run <connector>\` ${verbs
          .slice(2)
          .map((it) => `\`${it}\``)
          .join()}`,
      ),
    ).toEqual(verbs.slice(0, 2).filter((it) => it !== 'run'));
    expect(verbsMissingIn(readFileSync(join(ROOT, 'README.md'), 'utf8'))).toEqual([]);
  });

  it('introduce each room in fifteen lines', () => {
    const rooms = globSync('src/*/', { cwd: ROOT });
    expect(rooms.length).toBeGreaterThan(5);
    for (const room of rooms) {
      const file = join(ROOT, room, 'README.md');
      expect({ room, there: existsSync(file) }).toEqual({ room, there: true });
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length;
      expect({ room, short: lines <= MAX_README_LINES }).toEqual({ room, short: true });
    }
  });
});

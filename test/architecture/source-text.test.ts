import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { plantTree } from './planted-tree.ts';
import { allNames, filesThatFetch, filesThatReadEnvironment, personVerdicts } from './source-scan.ts';

const ROOT = join(import.meta.dirname, '../..');

function inPlanted<T>(files: Readonly<Record<string, string>>, look: (folder: string) => T): T {
  const planted = plantTree(files);
  try {
    return look(planted.folder);
  } finally {
    planted.remove();
  }
}

describe('the network', () => {
  it('is seen in each way of calling fetch, and not in a method of that name', () => {
    const files = {
      'src/a.ts': "await fetch('x');\n",
      'src/b.ts': 'const call = globalThis.fetch;\n',
      'src/c.ts': 'export const options = { fetch };\n',
      'src/d.ts': "cache.fetch('x');\nexport type Door = { fetch(): void };\n",
    };
    expect(inPlanted(files, filesThatFetch)).toEqual(['src/a.ts', 'src/b.ts', 'src/c.ts']);
  });

  it('is reached by fetch in infra/http only', () => {
    const files = filesThatFetch(ROOT);
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !file.startsWith('src/infra/http/'))).toEqual([]);
  });
});

describe('the environment', () => {
  it('is seen in each way of reading it, and not in a comment or another object', () => {
    const files = {
      'src/a.ts': 'export const home = process.env.HOME;\n',
      'src/b.ts': "export const home = process['env'];\n",
      'src/c.ts': "import { env } from 'node:process';\nexport const home = env.HOME;\n",
      'src/d.ts': 'const { env } = process;\nexport const home = env.HOME;\n',
      'src/e.ts': '// process.env\nprocess.exit(worker.env);\n',
    };
    expect(inPlanted(files, filesThatReadEnvironment)).toEqual([
      'src/a.ts',
      'src/b.ts',
      'src/c.ts',
      'src/d.ts',
    ]);
  });

  it('is read in infra/config only', () => {
    const files = filesThatReadEnvironment(ROOT);
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !file.startsWith('src/infra/config/'))).toEqual([]);
  });
});

describe('the scope: organisations only', () => {
  it('is broken by a name that scores, rates, lists or restricts a person', () => {
    const files = {
      'src/a.ts':
        'export const personScore = 1;\nexport type MeasureForPerson = 1;\nexport const person_list = 1;\n',
      'src/b.ts': 'export const organisationGrade = 1;\nexport const isPersonNumber = 1;\n',
      'schema/c.graphql': 'type Query { individualRating: Int }\nenum Kind { CITIZEN_BLACKLIST }\n',
    };
    const names = inPlanted(files, personVerdicts).map(({ name }) => name);
    expect(names.sort()).toEqual(
      ['CITIZEN_BLACKLIST', 'MeasureForPerson', 'individualRating', 'personScore', 'person_list'].sort(),
    );
  });

  it('holds for every identifier of the code and every name of the schema', () => {
    const names = allNames(ROOT);
    expect(names.some(({ file }) => file.startsWith('schema/'))).toBe(true);
    expect(names.some(({ file }) => file.startsWith('src/domain/'))).toBe(true);
    expect(personVerdicts(ROOT)).toEqual([]);
  });
});

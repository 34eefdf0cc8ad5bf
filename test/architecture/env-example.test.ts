import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentSchema } from '../../src/infra/config/index.ts';

type Variable = { readonly name: string; readonly value: string; readonly optional: boolean };

const ROOT = join(import.meta.dirname, '../..');
const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
const fields = environmentSchema.shape;

/** The variables of an example file; one behind `# ` is optional. */
function variablesOf(text: string): Variable[] {
  return [...text.matchAll(/^(# )?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, mark, name = '', value = '']) => ({
    name,
    value,
    optional: mark !== undefined,
  }));
}

/** Where an example and the configuration differ. */
function differences(text: string): string[] {
  const given = variablesOf(text).map((it) => it.name);
  const known = Object.keys(fields);
  return [
    ...known.filter((it) => !given.includes(it)).map((it) => `missing ${it}`),
    ...given.filter((it) => !known.includes(it)).map((it) => `unknown ${it}`),
    ...given.filter((it, place) => given.indexOf(it) !== place).map((it) => `twice ${it}`),
  ];
}

/** What stands in for an absent variable: its default as text, null for none, undefined where it is required. */
function defaultOf(name: string): string | null | undefined {
  const parsed = fields[name as keyof typeof fields].safeParse(undefined);
  if (!parsed.success) return undefined;
  return parsed.data === undefined ? null : `${parsed.data}`;
}

describe('.env.example', () => {
  it('is refused when it lacks a variable or names one that nothing reads', () => {
    const planted = example.replace('XINQIAO_DATABASE=', 'XINQIAO_DATABSE=');
    expect(differences(planted)).toEqual(['missing XINQIAO_DATABASE', 'unknown XINQIAO_DATABSE']);
    expect(differences(`${example}\nXINQIAO_MODE=production\n`)).toEqual(['twice XINQIAO_MODE']);
  });

  it('names exactly the variables of the configuration', () => {
    expect(differences(example)).toEqual([]);
  });

  it('sets what is required, and shows the default of everything else', () => {
    for (const { name, value, optional } of variablesOf(example)) {
      const standard = defaultOf(name);
      expect({ name, optional }).toEqual({ name, optional: standard !== undefined });
      if (typeof standard === 'string') expect({ name, value }).toEqual({ name, value: standard });
    }
  });

  it('holds values that the configuration accepts, and no secret', () => {
    const given = variablesOf(example).filter((it) => it.value !== '');
    const values = Object.fromEntries(given.map((it) => [it.name, it.value]));
    expect(given.filter((it) => it.name.endsWith('_SECRET'))).toEqual([]);
    expect(environmentSchema.safeParse(values).success).toBe(true);
  });

  it('describes each variable in the lines above it', () => {
    const blocks = example.split(/\n\n+/).slice(1);
    for (const block of blocks) expect(block).toMatch(/^# .*[.。:|a-z].*\n/);
    expect(blocks.flatMap((it) => variablesOf(it)).length).toBe(Object.keys(fields).length);
  });
});

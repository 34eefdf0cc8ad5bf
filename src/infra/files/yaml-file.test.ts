import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { nearestWord, parseYaml, readYamlFile } from './yaml-file.ts';

const csv = z.strictObject({ csv: z.strictObject({ path: z.string(), encoding: z.string().optional() }) });
const sql = z.strictObject({ sql: z.strictObject({ dialect: z.string(), query: z.string() }) });
const schema = z.strictObject({
  name: z.string(),
  source: z.union([csv, sql]),
  fields: z.array(z.strictObject({ name: z.string(), required: z.boolean().default(false) })),
  limits: z.record(z.string(), z.strictObject({ seconds: z.int() })).optional(),
});
const parse = (text: string) => parseYaml(text, schema, 'a.yml');
const faultsOf = (text: string) =>
  parse(text).faults.map(({ line, column, message }) => [line, column, message] as const);

const SOUND = `name: a
source:
  csv: { path: b.csv }
fields:
  - name: c
`;

describe('parseYaml', () => {
  it('names an unknown key with line, column and the nearest key', () => {
    expect(faultsOf(SOUND.replace('- name: c', '- name: c\n    requird: true'))).toEqual([
      [6, 5, expect.stringMatching(/"fields\.0\.requird".*"required"/)],
    ]);
    expect(faultsOf(`${SOUND}limits:\n  slow: { secnds: 5 }\n`)).toContainEqual([
      7,
      11,
      expect.stringMatching(/"limits\.slow\.secnds".*"seconds"/),
    ]);
  });

  it('suggests nothing where no key is near', () => {
    const [fault] = faultsOf(`${SOUND}completely: 1\n`);
    expect(fault?.slice(0, 2)).toEqual([6, 1]);
    expect(fault?.[2]).not.toContain('did you mean');
  });

  it('judges a union by the branch that was meant', () => {
    expect(faultsOf(SOUND.replace('path: b.csv', 'path: b.csv, encodng: gbk'))).toEqual([
      [3, 23, expect.stringMatching(/"source\.csv\.encodng".*"encoding"/)],
    ]);
    expect(faultsOf(SOUND.replace('csv: { path: b.csv }', 'sql: { dialect: 5, query: q }'))).toEqual([
      [3, 10, expect.stringContaining('source.sql.dialect')],
    ]);
  });

  it('names every fault at once, each at its own place', () => {
    const faults = faultsOf(
      'name: 5\nsource:\n  csv: { path: 7 }\nfields:\n  - name: c\n    required: maybe\n',
    );
    expect(faults.map(([line, column]) => [line, column])).toEqual([
      [1, 1],
      [3, 10],
      [6, 5],
    ]);
  });

  it('points at the holder of what is missing', () => {
    expect(faultsOf('source:\n  csv: { path: b.csv }\nfields:\n  - required: true\n')).toEqual([
      [1, 1, expect.stringContaining('name')],
      [4, 5, expect.stringContaining('fields.0.name')],
    ]);
  });

  it('points at the place of a text that is not YAML, and of a key that stands twice', () => {
    expect(faultsOf('name: [1\nfields: 2\n')[0]?.[0]).toBeGreaterThanOrEqual(1);
    expect(faultsOf(`${SOUND}name: again\n`).map(([line, column]) => [line, column])).toEqual([[6, 1]]);
  });

  it.each([
    ['an alias that names nothing', 'name: *nothing\n'],
    [
      'aliases that grow without end',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((it, place) => `${it}: &${it} [${`*${'abcdefg'[place]},`.repeat(9)}]\n`)
        .join('')}`,
    ],
    ['an empty key', '? \n: 5\n'],
    ['nothing', ''],
    ['a list', '- 1\n'],
  ])('answers %s with a fault and throws nothing', (_, text) => {
    const parsed = parse(text);
    expect(parsed.value).toBeNull();
    expect(parsed.faults[0]).toMatchObject({ file: 'a.yml', line: expect.any(Number) });
  });

  it('parses a sound text with its defaults', () => {
    expect(parse(SOUND)).toEqual({
      value: { name: 'a', source: { csv: { path: 'b.csv' } }, fields: [{ name: 'c', required: false }] },
      faults: [],
    });
  });
});

describe('readYamlFile', () => {
  it('refuses a file that cannot be read', () => {
    const read = () => readYamlFile('no/such/file.yml', schema);
    expect(read).toThrow(expect.objectContaining({ code: 'FILE_MISSING', kind: 'config' }));
  });
});

describe('nearestWord', () => {
  it('knows none for a word that is far from all, or where nothing is known', () => {
    expect(nearestWord('completely', ['name', 'source'])).toBeNull();
    expect(nearestWord('name', [])).toBeNull();
  });

  it('finds the word of the fewest edits, whatever its case', () => {
    expect(nearestWord('FEILD', ['files', 'field'])).toBe('field');
    expect(nearestWord('decided_on', ['decidedOn', 'decidedBy'])).toBe('decidedOn');
  });
});

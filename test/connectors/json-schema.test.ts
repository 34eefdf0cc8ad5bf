import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { jsonSchemaOf } from '../../src/apps/pages/index.ts';

/** Editors judge by the published JSON Schema what the command line judges by the schema it is made of. */
const CONNECTORS = join(import.meta.dirname, '../../connectors');
const ajv = new Ajv2020({ strict: false, validateFormats: false });

const files = (folder: string, ending: string): string[] =>
  readdirSync(join(CONNECTORS, folder), { recursive: true, encoding: 'utf8' })
    .filter((it) => it.endsWith(ending))
    .map((it) => join(folder, it));

const declared: readonly [schema: string, files: string[]][] = [
  ['connector', files('sources', 'connector.yml')],
  ['platform', files('platforms', 'platform.yml')],
  ['dataset', files('datasets', '.yml')],
  ['catalogue', files('catalogue', '.yml')],
];

describe.each(declared)('the published schema of a %s', (name, paths) => {
  const validate = ajv.compile(jsonSchemaOf(name) ?? false);

  it('refuses a file with an unknown key', () => {
    const text = readFileSync(join(CONNECTORS, paths[0] ?? ''), 'utf8');
    expect(validate({ ...(parse(text) as object), unknownKey: 1 })).toBe(false);
  });

  it.each(paths)('takes %s', (path) => {
    validate(parse(readFileSync(join(CONNECTORS, path), 'utf8')));
    expect(validate.errors ?? []).toEqual([]);
  });
});

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, isEnumType, isScalarType, isUnionType } from 'graphql';
import { composeSupergraph, referenceParts } from '../../../src/api/gateway/index.ts';
import { catalogue } from './hub-fixture.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;
const committed = (name: string): string => readFileSync(join(ROOT, 'schema', name), 'utf8');

describe('the committed schema', () => {
  const { parts, generated } = referenceParts(catalogue.datasets);

  it('has one fresh file for each dataset and no other', () => {
    for (const [name, sdl] of Object.entries(generated)) expect(committed(`${name}.graphql`)).toBe(sdl);
    const files = readdirSync(join(ROOT, 'schema')).filter((it) => it.startsWith('ds_'));
    expect(files.sort()).toEqual(
      Object.keys(generated)
        .map((it) => `${it}.graphql`)
        .sort(),
    );
  });

  it('has a fresh supergraph', () => {
    expect(committed('supergraph.graphql')).toBe(`${composeSupergraph(parts).sdl}\n`);
  });

  it('describes every type, field, argument and value', () => {
    const schema = buildSchema(composeSupergraph(parts).publicSdl, { assumeValidSDL: true });
    const bare: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (
        type.name.startsWith('__') ||
        ['String', 'Int', 'ID', 'Boolean', 'Float', 'Query'].includes(type.name)
      )
        continue;
      if ((type.description ?? '') === '') bare.push(type.name);
      const parts: readonly { name: string; description?: string | null | undefined }[] = isEnumType(type)
        ? type.getValues()
        : isScalarType(type) || isUnionType(type)
          ? []
          : Object.values(type.getFields());
      for (const part of parts) if ((part.description ?? '') === '') bare.push(`${type.name}.${part.name}`);
    }
    expect(bare).toEqual([]);
  });

  it('has fresh types', () => {
    const bin = join(ROOT, 'node_modules/.bin/graphql-codegen');
    const check = (): unknown =>
      execFileSync(bin, ['--config', 'codegen.yml', '--check'], { cwd: ROOT, stdio: 'pipe' });
    expect(check).not.toThrow();
  });
});

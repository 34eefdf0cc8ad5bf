import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Manifest = Readonly<Record<'dependencies' | 'devDependencies' | 'overrides', Record<string, string>>>;
type Listed = {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly reason: string;
};

const ROOT = join(import.meta.dirname, '../..');
const document = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

const SECTIONS = [
  ['dependencies', 'In production'],
  ['devDependencies', 'For development and tests'],
  ['overrides', 'Overrides'],
] as const;

/** The table below a heading of the document. */
function listedUnder(heading: string, text: string): Listed[] {
  const section = text.split(/^## /m).find((it) => it.startsWith(heading)) ?? '';
  const rows = section.matchAll(/^\| `([^`]+)`\s*\| (\S+)\s*\| ([^|]+?)\s*\| ([^|]+?)\s*\|$/gm);
  return [...rows].map(([, name = '', version = '', licence = '', reason = '']) => ({
    name,
    version,
    licence,
    reason,
  }));
}

function differences(text: string, packages: Manifest): string[] {
  return SECTIONS.flatMap(([part, heading]) => {
    const listed = listedUnder(heading, text).map((it) => `${it.name} ${it.version}`);
    const declared = Object.entries(packages[part]).map(([name, version]) => `${name} ${version}`);
    return [
      ...declared.filter((it) => !listed.includes(it)).map((it) => `not listed: ${it}`),
      ...listed.filter((it) => !declared.includes(it)).map((it) => `not declared: ${it}`),
    ];
  });
}

describe('docs/dependencies.md', () => {
  it('is refused when a package, a version or an override differs', () => {
    const packages = {
      ...manifest,
      dependencies: { ...manifest.dependencies, zod: '4.0.0', leftpad: '1.0.0' },
      overrides: {},
    };
    const found = differences(document, packages);
    expect(found).toContain('not listed: leftpad 1.0.0');
    expect(found).toContain('not listed: zod 4.0.0');
    expect(found.filter((it) => it.startsWith('not declared: '))).toHaveLength(
      1 + Object.keys(manifest.overrides).length,
    );
  });

  it('gives each package and override of package.json its version, licence and reason', () => {
    expect(differences(document, manifest)).toEqual([]);
    for (const [, heading] of SECTIONS) {
      for (const { name, reason, licence } of listedUnder(heading, document)) {
        expect({ name, reasoned: reason.length > 4, licence: licence !== '' }).toEqual({
          name,
          reasoned: true,
          licence: true,
        });
      }
    }
  });

  it('names the licence that each installed package states', () => {
    for (const { name, licence } of SECTIONS.flatMap(([, heading]) => listedUnder(heading, document))) {
      const file = join(ROOT, 'node_modules', name, 'package.json');
      if (!existsSync(file)) continue;
      const { license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as {
        license?: string;
        licenses?: readonly { type: string }[];
      };
      expect({ name, licence }).toEqual({ name, licence: license ?? licenses?.[0]?.type });
    }
  });

  it('pins exact versions', () => {
    for (const [part] of SECTIONS) {
      for (const [name, version] of Object.entries(manifest[part]))
        expect(`${name} ${version}`).toMatch(/ \d+\.\d+\.\d+$/);
    }
  });
});

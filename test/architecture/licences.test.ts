import { describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type LockEntry = { dev?: boolean; license?: string; link?: boolean };
type Package = { readonly path: string; readonly licence: string };

const ROOT = join(import.meta.dirname, '../..');
const REFUSED =
  /elastic|BUSL|business source|SSPL|server side public|commons clause|unlicensed|^none stated$/i;

function licenceOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(licenceOf).join(' OR ');
  if (typeof value === 'object' && value !== null && 'type' in value) return licenceOf(value.type);
  return undefined;
}

function installedLicence(path: string): string | undefined {
  const file = join(ROOT, path, 'package.json');
  if (!existsSync(file)) return undefined;
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { license?: unknown; licenses?: unknown };
  return licenceOf(manifest.license) ?? licenceOf(manifest.licenses);
}

/** The packages of a production install. One for another platform is not installed: the lock knows its licence. */
function productionPackages(): Package[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>;
  };
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && entry.dev !== true && entry.link !== true)
    .map(([path, entry]) => ({ path, licence: installedLicence(path) ?? entry.license ?? 'none stated' }));
}

function refused(packages: readonly Package[]): Package[] {
  return packages.filter(({ licence }) => REFUSED.test(licence));
}

describe('licences of production packages', () => {
  it.each(['Elastic-2.0', 'BUSL-1.1', 'SSPL-1.0', 'MIT AND Commons Clause', 'UNLICENSED', 'none stated'])(
    'refuse %s',
    (licence) => {
      expect(refused([{ path: 'node_modules/planted', licence }])).toHaveLength(1);
    },
  );

  it('let every package of the lock pass', () => {
    const packages = productionPackages();
    expect(packages.length).toBeGreaterThan(100);
    expect(refused(packages)).toEqual([]);
  });
});

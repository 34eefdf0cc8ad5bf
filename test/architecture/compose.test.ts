import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { environmentSchema } from '../../src/infra/config/index.ts';

type Service = {
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  profiles?: string[];
};

const ROOT = join(import.meta.dirname, '../..');
const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };

/** Every variable of ours in a text: keys, values and `${…}` references alike. */
function variablesIn(source: string): string[] {
  return [...new Set(source.match(/XINQIAO_[A-Z_]+/g) ?? [])];
}

function unknownVariables(source: string): string[] {
  const known = Object.keys(environmentSchema.shape);
  return variablesIn(source).filter((name) => !known.includes(name));
}

describe('docker-compose.yml', () => {
  it('is refused when it sets a variable that the configuration does not know', () => {
    expect(unknownVariables('environment: { XINQIAO_MONGO_URL: x, XINQIAO_PORT: 1 }')).toEqual([
      'XINQIAO_MONGO_URL',
    ]);
  });

  it('sets only variables that the configuration knows, and all that it requires', () => {
    expect(unknownVariables(text)).toEqual([]);
    const required = ['XINQIAO_MONGODB_URI', 'XINQIAO_HUB_FILE', 'XINQIAO_SIGNING_KEY_FILE'];
    for (const name of ['hub', 'worker']) {
      expect(Object.keys(services[name]?.environment ?? {})).toEqual(expect.arrayContaining(required));
    }
  });

  it('gives the hub an environment that the configuration accepts as production', () => {
    const environment = { ...services.hub?.environment, XINQIAO_PUBLIC_URL: 'https://hub.example.cn' };
    const parsed = environmentSchema.safeParse({ ...environment, XINQIAO_LOG_LEVEL: 'info' });
    expect(parsed.success && parsed.data.XINQIAO_MODE).toBe('production');
  });

  it('runs Redis so that nothing is evicted and every write is kept', () => {
    const command = services.redis?.command?.join(' ');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(command).toContain('--appendonly yes');
  });

  it('runs MongoDB 8 as a replica set, with three members by profile', () => {
    for (const name of ['mongo', 'mongo2', 'mongo3']) {
      expect(services[name]?.image).toMatch(/^mongo:8/);
      expect(services[name]?.command).toContain('--replSet');
    }
    expect(services.mongo2?.profiles).toEqual(['replica']);
    expect(services.mongo3?.profiles).toEqual(['replica']);
    expect(services.mongo?.profiles).toBeUndefined();
  });

  it('checks the health of everything that others wait for', () => {
    for (const name of ['hub', 'mongo', 'redis'])
      expect(services[name]?.healthcheck?.test.length).toBeGreaterThan(1);
  });
});

describe('Dockerfile', () => {
  it('builds on glibc, without development packages, and runs as an ordinary user', () => {
    const lines = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').split('\n');
    const bases = lines.filter((line) => line.startsWith('FROM '));
    expect(bases.every((line) => line.includes('bookworm'))).toBe(true);
    expect(lines.some((line) => line.includes('npm ci --omit=dev --ignore-scripts'))).toBe(true);
    expect(lines.findIndex((line) => line === 'USER node')).toBeGreaterThan(
      lines.lastIndexOf(bases.at(-1) ?? ''),
    );
  });
});

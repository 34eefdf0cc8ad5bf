import { describe, expect, it } from '@jest/globals';
import { HubError } from '../../domain/hub-error.ts';
import { environmentSchema, parseConfig, redactConfig } from './config.ts';

const SOUND = {
  XINQIAO_HUB_FILE: 'hub.yml',
  XINQIAO_MONGODB_URI: 'mongodb://127.0.0.1:27017',
  XINQIAO_SIGNING_KEY_FILE: 'hub.key.pem',
};

function faultsOf(environment: Record<string, string>): string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    expect([error.code, error.kind]).toEqual(['BAD_CONFIG', 'config']);
    const { faults } = error.details as { faults: string[] };
    for (const fault of faults) expect(error.message).toContain(fault);
    return faults.map((it) => it.split(':')[0] ?? '');
  }
}

describe('parseConfig', () => {
  it('names every missing and wrong setting at once', () => {
    const wrong = {
      XINQIAO_MODE: 'staging',
      XINQIAO_MONGODB_URI: 'http://127.0.0.1',
      XINQIAO_DATABASE: 'a b',
      XINQIAO_REDIS_URL: 'http://127.0.0.1',
      XINQIAO_REDIS_PREFIX: 'a:b',
      XINQIAO_PORT: '70000',
      XINQIAO_PUBLIC_URL: 'not a url',
      XINQIAO_SUBGRAPH_SECRET: 'short',
      XINQIAO_LOG_LEVEL: 'loud',
    };
    const missing = ['XINQIAO_HUB_FILE', 'XINQIAO_SIGNING_KEY_FILE'];
    expect(faultsOf(wrong).sort()).toEqual([...Object.keys(wrong), ...missing].sort());
  });

  it.each([
    ['XINQIAO_PORT', ['', ' ', '-1', '1.5', 'http']],
    ['XINQIAO_HUB_FILE', ['']],
    ['XINQIAO_SIGNING_KEY_FILE', ['']],
    ['XINQIAO_REDIS_URL', ['']],
    ['XINQIAO_SUBGRAPH_SECRET', ['', 'x'.repeat(31)]],
  ])('refuses %s where it is empty or out of range', (name, values) => {
    for (const value of values)
      expect([value, faultsOf({ ...SOUND, [name]: value })]).toEqual([value, [name]]);
  });

  it('repeats no value of a wrong setting', () => {
    const secret = 'mysecret';
    const wrong = { ...SOUND, XINQIAO_SUBGRAPH_SECRET: secret, XINQIAO_MONGODB_URI: `http://u:${secret}@h` };
    expect(() => parseConfig(wrong)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(secret) }),
    );
  });

  it('gives defaults to what is not set and leaves other variables alone', () => {
    expect(parseConfig({ ...SOUND, PATH: '/bin', XINQIAO_UNKNOWN: '1' })).toEqual({
      mode: 'development',
      hubFile: 'hub.yml',
      connectorsDir: 'connectors',
      mongodbUri: 'mongodb://127.0.0.1:27017',
      database: 'xinqiao',
      redisUrl: null,
      redisPrefix: 'xinqiao',
      host: '127.0.0.1',
      port: 4_000,
      publicUrl: null,
      trustedProxies: [],
      signingKeyFile: 'hub.key.pem',
      signingKeyId: 'k1',
      feedbackSecretFile: null,
      subgraphSecret: null,
      logLevel: 'info',
    });
  });

  it('takes the public address without its last slash, so that signatures cover one form', () => {
    const { publicUrl, port } = parseConfig({
      ...SOUND,
      XINQIAO_PUBLIC_URL: 'https://hub.example/',
      XINQIAO_PORT: '4100',
    });
    expect([publicUrl, port]).toEqual(['https://hub.example', 4_100]);
  });

  it('carries every declared variable into the settings', () => {
    const settings = Object.keys(parseConfig(SOUND));
    expect(settings).toHaveLength(Object.keys(environmentSchema.shape).length);
  });
});

describe('redactConfig', () => {
  it('shows no credential of an address and no secret', () => {
    const config = parseConfig({
      ...SOUND,
      XINQIAO_MONGODB_URI: 'mongodb://user:p%40ss@a:1,b:2/?replicaSet=rs',
      XINQIAO_REDIS_URL: 'redis://:hidden@127.0.0.1:6379',
      XINQIAO_SUBGRAPH_SECRET: 's'.repeat(32),
    });
    const shown = redactConfig(config);
    expect(JSON.stringify(shown)).not.toMatch(/user|p%40ss|hidden|sss/);
    expect(shown).toMatchObject({ mongodbUri: 'mongodb://***@a:1,b:2/?replicaSet=rs', port: 4_000 });
  });

  it('shows no part of a password that holds an unescaped slash or at sign', () => {
    const config = parseConfig({
      ...SOUND,
      XINQIAO_MONGODB_URI: 'mongodb://user:first@second@a:1/',
      XINQIAO_REDIS_URL: 'redis://:third/fourth@127.0.0.1:6379',
    });
    expect(JSON.stringify(redactConfig(config))).not.toMatch(/first|second|third|fourth/);
  });
});

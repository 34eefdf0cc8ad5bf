import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startHub } from '../../../../src/apps/hub/index.ts';
import { eventually } from '../../../support/hubs.ts';
import { candidateOf, openPlatformWorld, PLATFORMS, STRANGER, type PlatformWorld } from './platform-world.ts';

let world: PlatformWorld;

beforeAll(async () => {
  world = await openPlatformWorld();
}, 60_000);
afterAll(() => world.close());
beforeEach(() => world.reset());

/** Runs `xinqiao` at the city, while the platforms go on answering in this process. */
async function xinqiao(...words: string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [resolve('src/apps/cli/main.ts'), ...words], {
    env: { ...process.env, NODE_OPTIONS: '', ...world.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, text };
}

describe('xinqiao at a hub with platforms that are not Xinqiao', () => {
  it('does not hear of a platform that nobody declared', async () => {
    expect((await xinqiao('check', 'no-such-platform')).code).toBe(1);
  });

  it('shows what was rejected, with the code and the words of the platform', async () => {
    const id = 'enterprise-publicity';
    await world.accept(candidateOf('令-1', { subject: STRANGER }), candidateOf('令-2'));
    await world.drain(id);
    await world.hear(id);
    const list = await xinqiao('deliveries', 'list', '--partner', id, '--state', 'rejected');
    expect(list.text).toContain('SUBJECT_MISMATCH  1001 未查询到主体或查询到的主体信息不匹配');
    const { text } = await xinqiao('partners', 'list');
    expect(text).toMatch(/enterprise-publicity +PEER +open +.*rejected 1.*; shows 1, late 0/);
    expect((await xinqiao('partners', 'shows', id)).text.trim().split('\n')).toHaveLength(1);
  }, 120_000);

  it('asks each platform for a sign of life and checks its manifest', async () => {
    expect(await xinqiao('partners', 'ping', ...PLATFORMS)).toMatchObject({ code: 0 });
    const folders = PLATFORMS.map((id) => `connectors/platforms/${id}`);
    expect((await xinqiao('check', ...folders)).code).toBe(0);
    world.door.meddle(() => ({ status: 503 }));
    expect((await xinqiao('partners', 'ping', 'resource-trading')).code).toBe(2);
  }, 120_000);

  it('delivers to all of them and hears their words by itself', async () => {
    const hub = await startHub(world.parts.config, ['worker']);
    try {
      const keys = await world.accept(...['自-1', '自-2'].map((it) => candidateOf(it)));
      await eventually('every platform shows the records', async () => {
        await world.work();
        const states = await Promise.all(PLATFORMS.map((id) => world.states(id)));
        return states.every((it) => it['accepted'] === keys.length);
      });
      expect(PLATFORMS.map((id) => keys.filter((it) => world.shown(id).has(it)).length)).toEqual([2, 2, 2]);
    } finally {
      await hub.close();
    }
  }, 60_000);
});

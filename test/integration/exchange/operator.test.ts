import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startHub } from '../../../src/apps/hub/index.ts';
import { findHealth } from '../../../src/exchange/health/index.ts';
import { listAudit } from '../../../src/registry/audit/index.ts';
import { openDeliveryPair, type DeliveryPair } from './delivery-pair.ts';

const NUMBER = '370306194910010002';
let pair: DeliveryPair;

beforeAll(async () => {
  pair = await openDeliveryPair();
});
afterAll(() => pair.close());
beforeEach(() => pair.reset());

/** Runs `xinqiao` at the district; the city goes on answering in this process only where nothing is asked of it. */
function xinqiao(...words: string[]): { code: number | null; lines: string[]; errors: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [resolve('src/apps/cli/main.ts'), ...words],
    {
      env: { ...process.env, NODE_OPTIONS: '', ...pair.environment },
      encoding: 'utf8',
    },
  );
  return { code: status, lines: stdout.trim().split('\n'), errors: stderr };
}
const parsed = (lines: readonly string[]) => lines.map((it) => JSON.parse(it) as Record<string, unknown>);

describe('xinqiao deliveries', () => {
  it('moves nothing without a selection, and says so', () => {
    const { code, errors } = xinqiao('deliveries', 'replay');
    expect([code, errors]).toEqual([1, expect.stringContaining('NO_SELECTION')]);
  });

  it('knows no delivery that is not there', () => {
    const { code, errors } = xinqiao('deliveries', 'show', 'zibo|none|1');
    expect([code, errors]).toEqual([1, expect.stringContaining('DELIVERY_UNKNOWN')]);
  });

  it('answers 2 where one of the ids that were named is not there', async () => {
    const [key = ''] = await pair.owe('亥-1');
    const { code, lines } = xinqiao('deliveries', 'hold', `zibo|${key}|1`, 'zibo|none|1', '--json');
    expect([code, parsed(lines)]).toMatchObject([2, [{ selected: 1, moved: 1 }]]);
  });

  it('keeps no number of a person that stands in a reason', async () => {
    const [key = ''] = await pair.owe('亥-2');
    xinqiao('deliveries', 'hold', '--record', key, '--reason', `涉及${NUMBER}`);
    xinqiao('partners', 'pause', 'zibo', '--reason', `涉及${NUMBER}`);
    const kept = [
      ...(await listAudit(pair.zhoucun.database, 'DELIVERIES_HOLD', 1)),
      ...(await listAudit(pair.zhoucun.database, 'PARTNER_PAUSED', 1)),
      await findHealth(pair.zhoucun.database, 'zibo'),
    ];
    expect(kept).toHaveLength(3);
    expect(JSON.stringify(kept)).not.toContain(NUMBER);
  });

  it('holds what waits, and releases it', async () => {
    await pair.owe('子-1', '子-2');
    expect(parsed(xinqiao('deliveries', 'hold', '--partner', 'zibo', '--json').lines)).toEqual([
      { move: 'hold', dryRun: false, selected: 2, moved: 2 },
    ]);
    await pair.drain();
    expect(await pair.states()).toEqual({ held: 2 });
    expect(xinqiao('deliveries', 'release', '--state', 'held').code).toBe(0);
    await pair.drain();
    expect(await pair.states()).toEqual({ stored: 2 });
  });

  it('says in a dry run what a replay would do and changes nothing', async () => {
    await pair.owe('丑-1');
    await pair.drain();
    const { code, lines } = xinqiao('deliveries', 'replay', '--partner', 'zibo', '--dry-run', '--json');
    expect([code, parsed(lines)]).toEqual([0, [{ move: 'replay', dryRun: true, selected: 1, moved: 1 }]]);
    expect(await pair.states()).toEqual({ stored: 1 });
  });

  it('replays without a second effect, and leaves a trace of who and why', async () => {
    const [key = ''] = await pair.owe('寅-1');
    await pair.drain();
    xinqiao('deliveries', 'replay', '--record', key, '--reason', '对账后重发');
    await pair.drain();
    const [delivery] = parsed(xinqiao('deliveries', 'list', '--record', key, '--json').lines);
    expect([delivery?.['disposition'], await pair.atCity(key)]).toEqual(['duplicate', 1]);
    const [entry] = await listAudit(pair.zhoucun.database, 'DELIVERIES_REPLAY', 1);
    expect(entry?.details).toMatchObject({ reason: '对账后重发', moved: 1 });
  });

  it('replays a version that a newer one of ours has overtaken without calling it rejected', async () => {
    const [key = ''] = await pair.owe('寅-2');
    await pair.drain();
    await pair.correct('寅-2');
    await pair.drain();
    xinqiao('deliveries', 'replay', '--record', key);
    await pair.drain();
    expect([await pair.states(), await pair.atCity(key)]).toEqual([{ superseded: 1, stored: 1 }, 2]);
  });

  it('retries what was given up, and answers 2 where some of the selection stands elsewhere', async () => {
    await pair.owe('卯-1', '卯-2');
    pair.door.meddle((path) => (path === '/exchange/v1/envelopes' ? { status: 400 } : 'forward'));
    await pair.drain();
    expect(await pair.states()).toEqual({ dead: 2 });
    pair.door.meddle(() => 'forward');
    await pair.owe('卯-3');
    const { code, lines } = xinqiao('deliveries', 'retry', '--partner', 'zibo', '--json');
    expect([code, parsed(lines)]).toMatchObject([2, [{ selected: 3, moved: 2 }]]);
    await pair.drain();
    expect(await pair.states()).toEqual({ stored: 3 });
  });
});

describe('xinqiao partners', () => {
  it('refuses a partner that nobody declared', () => {
    const { code, errors } = xinqiao('partners', 'pause', 'nobody', '--reason', 'x');
    expect([code, errors]).toEqual([1, expect.stringContaining('UNKNOWN_PARTNER')]);
  });

  it('pauses the exchange with a reason, shows it, and resumes', async () => {
    await pair.owe('辰-1');
    const [paused] = parsed(xinqiao('partners', 'pause', 'zibo', '--reason', '系统升级', '--json').lines);
    expect(paused).toMatchObject({ state: 'paused', reason: '系统升级', deliveries: { pending: 1 } });
    await pair.drain();
    expect(await pair.states()).toEqual({ pending: 1 });
    const [listed] = parsed(xinqiao('partners', 'list', '--json').lines);
    expect(listed).toMatchObject({ id: 'zibo', state: 'paused', oldestPendingSeconds: expect.any(Number) });
    expect(xinqiao('partners', 'resume', 'zibo', '--reason', '完成').code).toBe(0);
    await pair.drain();
    expect(await pair.states()).toEqual({ stored: 1 });
  });
});

describe('/metrics of a hub', () => {
  it('tells how long the oldest delivery waits, for each partner, and what stands in which state', async () => {
    await pair.owe('巳-1', '巳-2');
    const running = await startHub({ ...pair.zhoucun.config, port: 0 }, []);
    try {
      const answer = await fetch(`http://127.0.0.1:${running.port}/metrics`);
      const text = await answer.text();
      expect(answer.headers.get('content-type')).toContain('text/plain');
      expect(text).toMatch(/^xinqiao_deliveries\{partner="zibo",state="pending",hub="zhoucun"\} 2$/m);
      expect(text).toMatch(/^xinqiao_delivery_oldest_pending_seconds\{partner="zibo",hub="zhoucun"\} \d+$/m);
      expect(text).toMatch(
        /^xinqiao_delivery_missing_receipts\{partner="zibo",receipt="transport",hub="zhoucun"\} 0$/m,
      );
      expect(text).toMatch(/^xinqiao_exchange_stale_fences_total\{partner="zibo",hub="zhoucun"\} 0$/m);
      expect(text).toMatch(/^xinqiao_partner_state\{partner="zibo",state="open",hub="zhoucun"\} 1$/m);
    } finally {
      await running.close();
    }
  });
});

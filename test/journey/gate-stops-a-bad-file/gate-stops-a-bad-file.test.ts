import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startApi, type Api } from '../../../src/api/gateway/index.ts';
import { OWN_ASKER } from '../../../src/api/shared/index.ts';
import {
  makeWorld,
  placesIn,
  writePenalties,
  writeRegister,
  type World,
} from '../../../src/apps/demo/sources/world.ts';
import { apiParts, getConnector, readStatus, type RunningHub } from '../../../src/apps/hub/index.ts';
import { reconcile } from '../../../src/exchange/reconciliation/index.ts';
import { systemClock } from '../../../src/infra/clock/index.ts';
import { discardRun, runConnector, type RunReceipt } from '../../../src/intake/pipeline/index.ts';
import { lastSeq } from '../../../src/registry/changes/index.ts';
import { recordModel } from '../../../src/registry/records/index.ts';
import { eventually, makeHubWorld } from '../../support/hubs.ts';

jest.setTimeout(120_000);
const PATIENCE_MS = 60_000;
const SOURCE = 'zc-penalty';

let zhoucun: RunningHub;
let zibo: RunningHub;
let api: Api;
let world: World;
let places: ReturnType<typeof placesIn>;
let stopped: RunReceipt;
let before: { seq: number; zibo: string };

const partsOf = ({ parts }: RunningHub) => {
  const { catalogue, database, hub, log, secret, caller } = parts;
  return { catalogue, database, hub, log, secret, clock: systemClock, signer: caller.signer };
};
const collect = (source = SOURCE) =>
  runConnector({ ...partsOf(zhoucun), connector: getConnector(zhoucun.parts.connectors, source) });

async function heldBy(hub: RunningHub): Promise<string> {
  const held = await recordModel.in(hub.parts.database).find({ dataset: 'administrative_penalty' }).toArray();
  return JSON.stringify(held.map((it) => [it._id, it.head.v, it.head.hash]).sort());
}

async function delivered(): Promise<void> {
  const isSettled = async () => {
    const status = await readStatus(zhoucun.parts, null);
    const counts = status.partners.find((it) => it.id === 'zibo')?.deliveries ?? {};
    const open = (counts['pending'] ?? 0) + (counts['packed'] ?? 0) + (counts['stored'] ?? 0);
    return open + status.unsequenced + status.unrelayed === 0;
  };
  await eventually('delivery to the city', isSettled, PATIENCE_MS);
}

async function isEqual(): Promise<boolean> {
  const { caller } = zhoucun.parts;
  return (await reconcile(caller, caller.directory.get('zibo'), { rebuild: true })).equal;
}

async function ask(source: string): Promise<Record<string, unknown>> {
  const { data, errors } = await api.ask({ source, variables: {}, asker: OWN_ASKER, timeoutMs: 10_000 });
  expect(errors).toEqual([]);
  return data as Record<string, unknown>;
}

beforeAll(async () => {
  const hubs = await makeHubWorld();
  places = placesIn(hubs.folder);
  for (const it of [SOURCE, 'zc-register']) mkdirSync(join(places.inbox, it), { recursive: true });
  Object.assign(process.env, { XQ_INBOX_DIR: places.inbox });
  world = makeWorld({ rows: 600, seed: 7, today: systemClock.today() });
  await writePenalties(places, world.penalties);
  await writeRegister(places, world.register);
  [zhoucun, zibo] = await Promise.all([hubs.start('zhoucun'), hubs.start('zibo')]);
  api = await startApi({ ...apiParts(zhoucun.parts), publicUrl: zhoucun.parts.publicUrl });
}, 120_000);
afterAll(async () => {
  await api.close();
  await Promise.all([zhoucun, zibo].map((it) => it.close()));
});

describe('a file of a department whose columns have moved', () => {
  it('follows a good one that reached the city', async () => {
    // The register first: what is known of codes must not grow between two runs.
    await collect('zc-register');
    const first = await collect();
    expect(first.state).toBe('DONE');
    expect(first.created).toBeGreaterThan(150);
    await delivered();
    expect(await isEqual()).toBe(true);
    before = { seq: await lastSeq(zhoucun.parts.database), zibo: await heldBy(zibo) };
  });

  it('is stopped, and nothing of it leaves the district', async () => {
    const moved = world.penalties.map((it) => ({
      ...it,
      CF_SY: it['CF_YJ'] ?? '',
      CF_YJ: it['CF_SY'] ?? '',
    }));
    await writePenalties(places, moved);
    stopped = await collect();
    expect(stopped).toMatchObject({ state: 'STOPPED', accepted: 0 });
    expect(stopped.staged).toBeGreaterThan(150);
    expect(stopped.gates.find((it) => it.verdict === 'stop')).toMatchObject({ gate: 'changeRate' });
    await delivered();
    expect({ seq: await lastSeq(zhoucun.parts.database), zibo: await heldBy(zibo) }).toEqual(before);
  });

  it('is seen by the operator, with its figures and what it would change', async () => {
    const status = await readStatus(zhoucun.parts, null);
    expect(status.connectors.find((it) => it.id === SOURCE)?.waitingRun).toBe(stopped.id);
    const { runs, run } = await ask(`{
      runs(connector: "${SOURCE}", first: 1) { edges { node { id state staged } } pageInfo { hasNextPage } }
      run(id: "${stopped.id}") {
        state read staged gates { gate verdict count of stop } files { name sha256 sm3 state } rules { rule count }
        changes { key outcome fields { field before after } } } }`);
    expect(runs).toEqual({
      edges: [{ node: { id: stopped.id, state: 'STOPPED', staged: stopped.staged } }],
      pageInfo: { hasNextPage: true },
    });
    const { gates, files, changes } = run as {
      gates: { gate: string; verdict: string }[];
      files: unknown[];
      changes: { fields: { field: string }[] }[];
    };
    expect(gates).toContainEqual(expect.objectContaining({ gate: 'changeRate', verdict: 'stop', stop: 0.5 }));
    expect(files).toEqual([expect.objectContaining({ name: 'xzcf.csv', state: 'read' })]);
    expect(changes).toHaveLength(20);
    expect(new Set(changes.flatMap((it) => it.fields.map(({ field }) => field)))).toEqual(
      new Set(['basis', 'facts']),
    );
  });

  it('is discarded, and the good file that follows reaches the city', async () => {
    await expect(collect()).rejects.toMatchObject({ code: 'RUN_WAITS' });
    await discardRun(partsOf(zhoucun), { run: stopped.id, by: 'clerk01', reason: '列错位，退回部门' });
    const corrected = world.penalties.map((it, at) =>
      at === 4 || at === 5 ? { ...it, CF_NR: `${it['CF_NR'] ?? ''}（更正）` } : it,
    );
    await writePenalties(places, corrected);
    const good = await collect();
    expect(good.state).toBe('DONE');
    expect(good.accepted).toBe(good.corrected);
    expect(good.corrected).toBeGreaterThan(0);
    await delivered();
    expect(await heldBy(zibo)).not.toBe(before.zibo);
    expect(await isEqual()).toBe(true);
    expect(
      await ask(`{ run(id: "${stopped.id}") { state decision { word by reason } changes { key } } }`),
    ).toEqual({
      run: {
        state: 'DISCARDED',
        decision: { word: 'DISCARDED', by: 'clerk01', reason: '列错位，退回部门' },
        changes: [],
      },
    });
  });
});

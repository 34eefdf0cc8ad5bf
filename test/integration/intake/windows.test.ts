import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFrontTable } from '../../../src/apps/demo/sources/write-tables.ts';
import { makeWorld } from '../../../src/apps/demo/sources/world.ts';
import { gateSchema } from '../../../src/contracts/manifests/index.ts';
import { loadConnector, type LoadedConnector } from '../../../src/intake/connectors/index.ts';
import {
  discardRun,
  readState,
  runConnector,
  runToEnd,
  type RunReceipt,
} from '../../../src/intake/pipeline/index.ts';
import { openRunWorld, type RunWorld } from './run-fixture.ts';

let world: RunWorld;
let folder: string;
let connector: LoadedConnector;

beforeAll(async () => {
  world = await openRunWorld();
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-window-'));
  const file = join(folder, 'front.sqlite');
  const { front } = makeWorld({ rows: 400, seed: 7, today: world.parts.clock.today() });
  writeFrontTable(file, front);
  process.env['XQ_FRXZCF_DSN'] = file;
  const path = join(import.meta.dirname, '../../../connectors/sources/zc-frxzcf');
  const loaded = loadConnector(path, world.parts.catalogue);
  if (loaded.source.type !== 'sql') throw new Error('the front machine is a database');
  connector = { ...loaded, source: { ...loaded.source, pageRows: 10 } };
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('an incremental source', () => {
  it('keeps its cursor where a gate stops a window', async () => {
    const stop = { ...connector, gate: gateSchema.parse({ rejectRate: { stop: '0.001%' } }) };
    const first = await runConnector({ ...world.parts, connector: stop, windowRows: 70 });
    expect(first).toMatchObject({ state: 'STOPPED', accepted: 0, read: 70, more: true });
    expect((await readState(world.database, 'zc-frxzcf')).cursor).toBeNull();
    expect(first.cursorAfter).not.toBeNull();
  });

  it('is read window by window, each a run of its own that begins where the last one ended', async () => {
    const { open } = await readState(world.database, 'zc-frxzcf');
    await discardRun(world.parts, { run: open!.run, by: 'clerk01', reason: '重新读取' });
    const receipts: RunReceipt[] = [];
    for await (const it of runToEnd({ ...world.parts, connector, windowRows: 30 })) receipts.push(it);
    expect(receipts.length).toBeGreaterThan(1);
    expect(receipts.map((it) => it.more)).toEqual(receipts.map((_, at) => at < receipts.length - 1));
    expect(receipts.slice(1).map((it) => it.cursorBefore)).toEqual(
      receipts.slice(0, -1).map((it) => it.cursorAfter),
    );
    const read = receipts.reduce((sum, it) => sum + it.read, 0);
    const again = await runConnector({ ...world.parts, connector });
    expect(again.read).toBe(0);
    expect(read).toBeGreaterThanOrEqual(70);
  });
});

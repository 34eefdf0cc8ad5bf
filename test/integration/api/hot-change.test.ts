import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import {
  findPin,
  listGenerations,
  pinGeneration,
  releaseGeneration,
} from '../../../src/api/generations/index.ts';
import { askHub } from '../../../src/apps/client/index.ts';
import { findFreePort } from '../../../src/apps/embedded/index.ts';
import { startHub, type RunningHub } from '../../../src/apps/hub/index.ts';
import type { HubFile } from '../../../src/contracts/manifests/index.ts';
import { listAudit } from '../../../src/registry/audit/index.ts';
import { environmentOf, eventually, makeHubWorld } from '../../support/hubs.ts';

const ROLLED_BACK = 'SUPERGRAPH_ROLLED_BACK';

const RELEASED = new URL('../../../connectors', import.meta.url).pathname;
const SUBJECT = '91370306QQQQ00013R';
const QUERY = `query Presales($uscc: USCC!) {
  subject(by: { uscc: $uscc }) {
    housingPresales(first: 10) { complete edges { node { documentNo } } coverage { source status } }
  }
}`;

const CLI = fileURLToPath(new URL('../../../src/apps/cli/main.ts', import.meta.url));
const execute = promisify(execFile);

let folder: string;
let connectors: string;
let hubFile: string;
let keyFile: string;
let first: RunningHub;
let second: RunningHub;

/** A housing department's own table with one permit. */
function writeDepartment(name: string, documentNo: string): string {
  const path = join(folder, `${name}.sqlite`);
  const database = new DatabaseSync(path);
  const columns = ['ID', 'shxym', 'qymc', 'ysxkzh', 'xmmc', 'ysmj', 'fzrq', 'yxqz', 'fzjg'];
  database.exec(`create table spfys (${columns.join(', ')})`);
  database
    .prepare('insert into spfys values (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      '1',
      SUBJECT,
      '测试一号商贸有限公司',
      documentNo,
      '测试小区',
      '1200.50',
      '2026-03-01',
      '2027-03-01',
      '测试住建局',
    );
  database.close();
  return path;
}

function manifestOf(id: string): string {
  const text = readFileSync(join(RELEASED, 'sources/zc-housing/connector.yml'), 'utf8');
  return text
    .replace('id: zc-housing', `id: ${id}`)
    .replace('XQ_HOUSING_DSN', `XQ_${id.replace('-', '_')}_DSN`);
}

function writeManifest(id: string, text: string): void {
  mkdirSync(join(connectors, 'sources', id), { recursive: true });
  writeFileSync(join(connectors, 'sources', id, 'connector.yml'), text);
}

function nameConnectors(...ids: string[]): void {
  const file = parse(readFileSync(hubFile, 'utf8')) as HubFile;
  writeFileSync(hubFile, stringify({ ...file, connectors: ids }));
}

type Answer = {
  data: {
    subject?: {
      housingPresales: {
        complete: boolean;
        edges: { node: { documentNo: string } }[];
        coverage: { source: string; status: string }[];
      };
    };
  };
  errors?: unknown[];
};

async function ask(hub: RunningHub): Promise<Answer> {
  const { body } = await askHub({
    url: hub.parts.publicUrl,
    query: QUERY,
    variables: { uscc: SUBJECT },
    sender: { hub: 'zibo', keyFile, keyId: 'k1', purpose: 'BIDDING' },
    timeoutMs: 10_000,
  });
  return body as Answer;
}

async function permits(hub: RunningHub): Promise<string[]> {
  const { data } = await ask(hub);
  return (data.subject?.housingPresales.edges ?? []).map((it) => it.node.documentNo).sort();
}

/** Asks without a pause until `done`; every answer that has errors or no data, as text. */
async function failuresWhile(
  hub: RunningHub,
  done: Promise<unknown>,
): Promise<{ asked: number; failed: string[] }> {
  const failed: string[] = [];
  const state = { asked: 0, ended: false };
  const ending = done.finally(() => (state.ended = true));
  do {
    state.asked += 1;
    const answer = await ask(hub);
    if (answer.errors !== undefined || answer.data.subject == null) failed.push(JSON.stringify(answer));
  } while (!state.ended);
  await ending;
  return { asked: state.asked, failed };
}

const faultsOf = (hub: RunningHub) => hub.parts.sources.faults.map((it) => [it.connector, it.code]);
const bothHave = (...expected: string[]) =>
  eventually('both processes', async () => {
    const found = [await permits(first), await permits(second)];
    return JSON.stringify(found) === JSON.stringify([expected, expected]);
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-hot-'));
  connectors = join(folder, 'connectors');
  cpSync(RELEASED, connectors, { recursive: true });
  process.env['XQ_zc_housing_DSN'] = writeDepartment('zc-housing', '周预售〔2026〕1号');
  process.env['XQ_zc_presale_DSN'] = writeDepartment('zc-presale', '周预售〔2026〕2号');
  writeManifest('zc-housing', manifestOf('zc-housing'));
  const world = await makeHubWorld();
  keyFile = world.keyFiles.zibo;
  const query = { purposes: ['BIDDING'], scopes: ['read:licence'] };
  const change = (it: HubFile): HubFile => ({
    ...it,
    connectors: ['zc-housing'],
    partners: it.partners
      .filter((partner) => partner.id === 'zibo')
      .map((partner) => ({ ...partner, query })),
  });
  const config = { ...world.configOf('zhoucun', change), connectorsDir: connectors };
  hubFile = config.hubFile;
  first = await startHub(config, ['query']);
  const port = await findFreePort();
  second = await startHub({ ...config, port, publicUrl: `http://127.0.0.1:${port}` }, ['query']);
});
afterAll(async () => {
  await first.close();
  await second.close();
  rmSync(folder, { recursive: true });
});

describe('connectors of a running hub', () => {
  it('stay as they are where a new one is faulty, and the fault is told', async () => {
    writeManifest('zc-presale', manifestOf('zc-presale').replace('mode: live', 'mode: alive'));
    nameConnectors('zc-housing', 'zc-presale');
    await eventually('the fault', () => Promise.resolve(faultsOf(first).length > 0));
    expect(faultsOf(first)).toEqual([['zc-presale', 'BAD_FILE']]);
    expect(first.parts.sources.faults[0]?.message).not.toContain(folder);
    expect(await permits(first)).toEqual(['周预售〔2026〕1号']);
  });

  it('are joined by a second live department while partners query, with no field changed and no request failed', async () => {
    const before = (await listGenerations(first.parts.database, 1))[0]!;
    writeManifest('zc-presale', manifestOf('zc-presale'));
    const { asked, failed } = await failuresWhile(first, bothHave('周预售〔2026〕1号', '周预售〔2026〕2号'));
    expect([failed, asked > 0, faultsOf(first)]).toEqual([[], true, []]);
    const after = (await listGenerations(first.parts.database, 1))[0]!;
    expect(after.connectors.map((it) => it.id)).toEqual(['zc-housing', 'zc-presale']);
    expect([after._id > before._id, after.publicSdl]).toEqual([true, before.publicSdl]);
  });

  it('keep the last good manifest of one that becomes faulty', async () => {
    writeManifest('zc-presale', 'not: [a manifest');
    await eventually('the fault', () => Promise.resolve(faultsOf(second).length > 0));
    const [fault] = second.parts.sources.faults;
    expect([fault?.code, fault?.servedRevision]).toEqual([
      'BAD_FILE',
      expect.stringMatching(/^[0-9a-f]{12}$/),
    ]);
    expect(await permits(second)).toEqual(['周预售〔2026〕1号', '周预售〔2026〕2号']);
    writeManifest('zc-presale', manifestOf('zc-presale'));
    await eventually('the mending', () => Promise.resolve(faultsOf(second).length === 0));
  });

  it('are taken away while partners query, and no request fails', async () => {
    nameConnectors('zc-housing');
    const { failed } = await failuresWhile(second, bothHave('周预售〔2026〕1号'));
    expect(failed).toEqual([]);
  });

  it('turn from collected to asked while partners query, with no field changed and no request failed', async () => {
    const { live, ...manifest } = parse(manifestOf('zc-presale')) as {
      live: object;
      source: object;
      sync: object;
    };
    const source = { ...manifest.source, query: 'select * from spfys order by ID limit :limit' };
    const sync = { ...manifest.sync, mode: 'full' };
    writeManifest('zc-presale', stringify({ ...manifest, mode: 'collect', source, sync }));
    nameConnectors('zc-housing', 'zc-presale');
    const newest = async () => (await listGenerations(first.parts.database, 1))[0]!;
    const modes = async () => (await newest()).connectors.map((it) => it.mode).join(' ');
    await eventually('the collected one', async () => (await modes()) === 'live collect');
    const before = await newest();
    expect([await permits(first), faultsOf(first)]).toEqual([['周预售〔2026〕1号'], []]);
    writeManifest('zc-presale', stringify({ ...manifest, live }));
    const { failed } = await failuresWhile(first, bothHave('周预售〔2026〕1号', '周预售〔2026〕2号'));
    expect([failed, await modes(), (await newest()).publicSdl]).toEqual([[], 'live live', before.publicSdl]);
    nameConnectors('zc-housing');
    await bothHave('周预售〔2026〕1号');
  });

  it('are those of a former generation after a rollback, on every process, until it is released', async () => {
    const { database } = first.parts;
    const two = (await listGenerations(database, 10)).find((it) => it.connectors.length === 2)!;
    await pinGeneration(database, { generation: two._id, by: 'test', reason: 'test' });
    await bothHave('周预售〔2026〕1号', '周预售〔2026〕2号');
    expect([first.parts.sources.pinned, second.parts.sources.pinned]).toEqual([two._id, two._id]);
    await releaseGeneration(database);
    await bothHave('周预售〔2026〕1号');
  });

  it('have a history that the command line shows, also where their manifests are faulty', async () => {
    writeManifest('zc-housing', 'not: [a manifest');
    const environment = environmentOf(first.parts.config);
    const run = async (...words: string[]) => {
      const { stdout } = await execute(process.execPath, [CLI, 'supergraph', ...words, '--json'], {
        env: environment,
      });
      return stdout
        .trim()
        .split('\n')
        .map((it) => JSON.parse(it) as Record<string, unknown>);
    };
    const [newest] = await run('history', '--limit', '1');
    expect(newest).toMatchObject({ pinned: false, connectors: [{ id: 'zc-housing', mode: 'live' }] });
    const to = Number(newest!['generation']);
    const [diff] = await run('diff', String(to - 1), String(to));
    expect(diff).toMatchObject({ connectors: ['- zc-presale'], added: [], removed: [], breaking: [] });
    await expect(run('rollback', '99', '--reason', 'test')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('UNKNOWN_GENERATION') as unknown,
    });
    const typed = '测试 370306194910010002';
    expect(await run('rollback', '1', '--reason', typed)).toEqual([{ pinned: 1 }]);
    // A number of a person in a reason is not kept.
    const kept = [await findPin(first.parts.database), await listAudit(first.parts.database, ROLLED_BACK, 1)];
    expect(JSON.stringify(kept)).not.toContain('370306194910010002');
    expect(JSON.stringify(kept)).toContain('测试 〔不收〕');
    expect(await run('release')).toEqual([{ released: true }]);
    writeManifest('zc-housing', manifestOf('zc-housing'));
    await eventually('the mending', () => Promise.resolve(faultsOf(first).length === 0));
  });

  it('go on where a new dataset does not compose', async () => {
    const dataset = readFileSync(join(connectors, 'datasets/housing_presale@1.yml'), 'utf8');
    writeFileSync(
      join(connectors, 'datasets/clashing@1.yml'),
      dataset.replace('name: housing_presale', 'name: clashing'),
    );
    await eventually('the fault', () => Promise.resolve(faultsOf(first).length > 0));
    expect(faultsOf(first)[0]?.[0]).toBeNull();
    expect(await permits(first)).toEqual(['周预售〔2026〕1号']);
    rmSync(join(connectors, 'datasets/clashing@1.yml'));
    await eventually('the mending', () => Promise.resolve(faultsOf(first).length === 0));
  });
});

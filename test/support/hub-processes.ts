import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { HubFile } from '../../src/contracts/manifests/index.ts';
import { askHub } from '../../src/apps/client/index.ts';
import type { DemoHub } from '../../src/apps/demo/hub-files.ts';
import { openHub, type HubParts } from '../../src/apps/hub/index.ts';
import { listHolders, type HolderView } from '../../src/exchange/holders/index.ts';
import type { Config } from '../../src/infra/config/index.ts';
import { environmentOf, eventually, makeHubWorld, type HubWorld } from './hubs.ts';

const CLI = fileURLToPath(new URL('../../src/apps/cli/main.ts', import.meta.url));
const PURPOSE = 'RECALL';

export type ChainHub = 'zhoucun' | 'zibo' | 'shandong';
type Change = (file: HubFile) => HubFile;

/** District, city and province, each a process of its own, and the test's view into their databases. */
export class HubProcesses {
  readonly world: HubWorld;
  readonly parts: Record<ChainHub, HubParts>;
  readonly #running = new Map<ChainHub, ChildProcess>();
  readonly #configs = new Map<ChainHub, Config>();

  private constructor(world: HubWorld, parts: Record<ChainHub, HubParts>) {
    this.world = world;
    this.parts = parts;
  }

  /** Opens the three hubs' databases; nothing runs yet. The district may ask the city who holds its records. */
  static async open(): Promise<HubProcesses> {
    const world = await makeHubWorld();
    const open = (hub: DemoHub) => openHub(world.configOf(hub));
    const [zhoucun, zibo, shandong] = [await open('zhoucun'), await open('zibo'), await open('shandong')];
    return new HubProcesses(world, { zhoucun, zibo, shandong });
  }

  #environment(hub: ChainHub): NodeJS.ProcessEnv {
    return environmentOf(this.#configs.get(hub) ?? this.world.configOf(hub));
  }

  /** Starts a hub under its hub file as `change` has it, and waits until it is ready. */
  async start(hub: ChainHub, change: Change = (file) => file): Promise<void> {
    const withQuery: Change = (file) => ({
      ...file,
      partners: file.partners.map((it) =>
        hub === 'zibo' && it.id === 'zhoucun'
          ? { ...it, query: { purposes: [PURPOSE], scopes: ['read:holders'] } }
          : it,
      ),
    });
    this.#configs.set(
      hub,
      this.world.configOf(hub, (file) => change(withQuery(file))),
    );
    const child = spawn(process.execPath, [CLI, 'serve'], { stdio: 'ignore', env: this.#environment(hub) });
    this.#running.set(hub, child);
    const url = this.world.facts[hub].url;
    const isReady = () =>
      fetch(`${url}/readyz`).then(
        (it) => it.status === 200,
        () => false,
      );
    await eventually(`${hub} ready`, isReady, 60_000);
  }

  /** Ends a hub. */
  async stop(hub: ChainHub, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#running.get(hub);
    this.#running.delete(hub);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** Runs a command of `xinqiao` at a hub, as an operator does beside it. */
  async xinqiao(hub: ChainHub, ...args: string[]): Promise<{ status: number; stdout: string }> {
    const env = this.#environment(hub);
    return new Promise((done) => {
      execFile(process.execPath, [CLI, ...args], { env }, (error, stdout) => {
        done({ status: error === null ? 0 : Number(error.code), stdout });
      });
    });
  }

  /** Holders of a record as a hub knows them, by platform. */
  async holders(hub: ChainHub, key: string, overdueAfterHours = 24): Promise<Record<string, HolderView>> {
    const { database, hub: file } = this.parts[hub];
    const found = await listHolders(database, { ...file, recall: { overdueAfterHours } }, key);
    return Object.fromEntries((found?.holders ?? []).map((it) => [it.hub, it]));
  }

  /** Asks the city by GraphQL, signed by the district, who holds a record. */
  async askCity(key: string, as: ChainHub = 'zhoucun'): Promise<unknown> {
    const { body } = await askHub({
      url: this.world.facts.zibo.url,
      query:
        'query Q($key: ID!) { holders(record: $key) { version withdrawn holders { platform state version current overdue } } }',
      variables: { key },
      sender: { hub: as, keyFile: this.world.keyFiles[as], keyId: 'k1', purpose: PURPOSE },
      timeoutMs: 15_000,
    });
    return (body as { data?: { holders?: unknown } }).data?.holders ?? null;
  }

  /** Names of collections of a hub in which any of these words stands. */
  async remains(hub: ChainHub, words: readonly string[]): Promise<string[]> {
    const { connection } = this.parts[hub].database;
    const found: string[] = [];
    for (const { name } of (await connection.db?.listCollections().toArray()) ?? []) {
      const texts = (await connection.collection(name).find({}).toArray()).map((it) => JSON.stringify(it));
      if (texts.some((text) => words.some((word) => text.includes(word)))) found.push(name);
    }
    return found.sort();
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await Promise.all(([...this.#running.keys()] as ChainHub[]).map((it) => this.stop(it)));
    await Promise.all(Object.values(this.parts).map((it) => it.close()));
  }
}

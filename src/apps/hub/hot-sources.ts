import { findPin, keepGeneration, readGenerationFiles } from '../../api/generations/index.ts';
import { hubFileSchema, type HubFile } from '../../contracts/manifests/index.ts';
import type { LiveSource } from '../../contracts/doors/index.ts';
import type { Config } from '../../infra/config/index.ts';
import { fileStamp, readYamlFile } from '../../infra/files/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import { hubErrorOf, type HubDatabase } from '../../infra/mongo/index.ts';
import {
  loadSources,
  reloadSources,
  type LoadTask,
  type ServedSources,
  type SourceFault,
} from './load-sources.ts';
import { markOfSources, readSourceFiles, writeSourceFiles } from './source-files.ts';

const LOOK_EVERY_MS = 1_000;
/** Questions under way may still ask a live source that is served no more; then its connections end. */
const RETIRE_AFTER_MS = 35_000;

/** What watching needs. */
export type HotParts = {
  readonly config: Pick<Config, 'connectorsDir' | 'hubFile'>;
  readonly hub: HubFile;
  readonly database: HubDatabase;
  readonly log: Logger;
};

/** Puts new sources into service. @returns the public schema they give; null in a process that answers no queries */
export type Apply = (served: ServedSources) => Promise<string | null>;

/** Which files are wanted: those of the folder, or of a generation that a person went back to. */
type Wanted = { readonly name: string; readonly pinned: number | null; readonly ids: readonly string[] };

/**
 * What a hub is served from, followed while it runs: the manifests that its hub file names, datasets and code lists, or
 * a former generation of them. A change that is not sound changes nothing but what it is about, and is told.
 */
export class HotSources {
  readonly #parts: HotParts;
  #served: ServedSources;
  #faults: readonly SourceFault[] = [];
  #seen: string;
  #generation: number | null = null;
  #pinned: number | null;
  #ids: readonly string[];
  #apply: Apply = () => Promise.resolve(null);
  #timer: NodeJS.Timeout | undefined;
  readonly #retired = new Map<LiveSource, NodeJS.Timeout>();
  #looking: Promise<unknown> = Promise.resolve();

  private constructor(parts: HotParts, first: { served: ServedSources; wanted: Wanted }) {
    this.#parts = parts;
    this.#served = first.served;
    this.#seen = first.wanted.name;
    this.#pinned = first.wanted.pinned;
    this.#ids = first.wanted.ids;
  }

  /** Loads what is to be served at start. @throws FILE_MISSING, BAD_FILE, UNKNOWN_GENERATION */
  static async open(parts: HotParts): Promise<HotSources> {
    const pin = await findPin(parts.database);
    const wanted = wantedBy(parts, pin?.generation ?? null, parts.hub.connectors);
    const served = await withTask(parts, wanted, (task) => loadSources(task));
    return new HotSources(parts, { served, wanted });
  }

  /** What is served now. */
  get current(): ServedSources {
    return this.#served;
  }

  /** What is wrong now, and since when. */
  get faults(): readonly SourceFault[] {
    return this.#faults;
  }

  /** Number of the generation served; null before the first is kept. */
  get generation(): number | null {
    return this.#generation;
  }

  /** The generation that a person went back to, or null: the folder is followed. */
  get pinned(): number | null {
    return this.#pinned;
  }

  /** Follows the files from now on. @param first the public schema of what is served already */
  async start(apply: Apply, first: string | null): Promise<void> {
    this.#apply = apply;
    await this.#keep(this.#served, first);
    const again = (): void => {
      this.#timer = setTimeout(() => {
        this.#looking = this.look().finally(again);
      }, LOOK_EVERY_MS);
    };
    again();
  }

  /** Ends following, after what is under way. */
  async stop(): Promise<void> {
    const last = this.#looking;
    clearTimeout(this.#timer);
    await last;
    clearTimeout(this.#timer);
  }

  /** Ends following and the connections of live sources. */
  async close(): Promise<void> {
    await this.stop();
    const ending = [...this.#retired.keys(), ...this.#served.liveSources];
    for (const timer of this.#retired.values()) clearTimeout(timer);
    this.#retired.clear();
    for (const source of ending) await source.close?.();
  }

  /** Lets go of live sources that are served no more, once no question can still ask them. */
  #retire(before: ServedSources, now: ServedSources): void {
    const kept = new Set(now.liveSources);
    for (const source of before.liveSources.filter((it) => !kept.has(it))) {
      const timer = setTimeout(() => {
        this.#retired.delete(source);
        source.close?.().catch((error: unknown) => {
          this.#parts.log.debug(
            { err: String(error), connector: source.connector },
            'a source was not closed',
          );
        });
      }, RETIRE_AFTER_MS);
      this.#retired.set(source, timer.unref());
    }
  }

  /** Looks once whether something else is to be served, and serves it. @returns whether it does now. Never throws */
  async look(): Promise<boolean> {
    const { log } = this.#parts;
    try {
      const wanted = await this.#wanted();
      if (wanted.name === this.#seen) return false;
      const changed = await this.#follow(wanted);
      this.#seen = wanted.name;
      return changed;
    } catch (error) {
      const { code, kind, message } = hubErrorOf(error);
      log.warn({ code, message }, 'what is served could not be changed; the last good goes on');
      if (kind !== 'transient') await this.#refuse(error);
      return false;
    }
  }

  async #wanted(): Promise<Wanted> {
    const pin = await findPin(this.#parts.database);
    return wantedBy(this.#parts, pin?.generation ?? null, this.#ids);
  }

  async #follow(wanted: Wanted): Promise<boolean> {
    const ids = wanted.pinned === null ? this.#connectorIds() : wanted.ids;
    const served = await withTask(this.#parts, { ...wanted, ids }, (task) =>
      reloadSources(task, this.#served),
    );
    this.#ids = ids;
    this.#pinned = wanted.pinned;
    this.#faults = served.faults;
    if (served.digest === this.#served.digest) return false;
    const publicSdl = await this.#apply(served);
    this.#retire(this.#served, served);
    this.#served = served;
    for (const { connector, code, message } of served.faults)
      this.#parts.log.warn(
        { connector, code, message },
        'a source is faulty; its last good manifest goes on',
      );
    await this.#keep(served, publicSdl);
    return true;
  }

  /** The connectors that the hub file names now. @throws BAD_FILE, FILE_MISSING */
  #connectorIds(): readonly string[] {
    return readYamlFile(this.#parts.config.hubFile, hubFileSchema).connectors;
  }

  /** Notes what cannot be followed; asked again only once the files are others. */
  async #refuse(error: unknown): Promise<void> {
    const { code, message } = hubErrorOf(error);
    const since = this.#parts.database.clock.now();
    this.#faults = [{ connector: null, code, message, since, servedRevision: null }];
    this.#seen = await this.#wanted().then(
      (it) => it.name,
      () => this.#seen,
    );
  }

  /** Keeps a sound state as a generation; one with faults is served and no state to go back to. */
  async #keep(served: ServedSources, publicSdl: string | null): Promise<void> {
    if (publicSdl === null || served.faults.length > 0) return;
    const { digest, files } = served;
    const connectors = served.connectors.map(({ metadata, mode, revision }) => ({
      id: metadata.id,
      dataset: metadata.dataset,
      mode,
      revision,
    }));
    this.#generation = await keepGeneration(this.#parts.database, { digest, files, connectors, publicSdl });
    this.#parts.log.info({ generation: this.#generation }, 'serving');
  }
}

function wantedBy(parts: HotParts, pinned: number | null, ids: readonly string[]): Wanted {
  if (pinned !== null) return { name: `generation ${pinned}`, pinned, ids };
  const { connectorsDir, hubFile } = parts.config;
  return { name: `${fileStamp(hubFile)}\n${markOfSources(connectorsDir, ids)}`, pinned, ids };
}

/** Runs `load` over the wanted files, wherever they are. */
async function withTask<T>(parts: HotParts, wanted: Wanted, load: (task: LoadTask) => T): Promise<T> {
  const { hub, database, config } = parts;
  const home = config.connectorsDir;
  const common = { home, hub, now: database.clock.now() };
  if (wanted.pinned === null) {
    const files = readSourceFiles(home, wanted.ids);
    return load({ ...common, directory: home, files, ids: wanted.ids });
  }
  const files = await readGenerationFiles(database, wanted.pinned);
  const ids = [...files.keys()].flatMap((it) => /^sources\/([^/]+)\/connector\.yml$/.exec(it)?.[1] ?? []);
  const folder = writeSourceFiles(files);
  try {
    return load({ ...common, directory: folder.directory, files, ids });
  } finally {
    folder.remove();
  }
}

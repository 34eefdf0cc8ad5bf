import { join, resolve } from 'node:path';
import type { LiveSource } from '../../contracts/doors/index.ts';
import type { HubFile } from '../../contracts/manifests/index.ts';
import { toHubError } from '../../domain/hub-error.ts';
import { loadConnector, type LoadedConnector } from '../../intake/connectors/index.ts';
import { loadCatalogue, type Catalogue } from '../../registry/catalogue/index.ts';
import { openLiveSources } from './hub-connectors.ts';
import { digestOfSources, type SourceFiles } from './source-files.ts';

/** What is wrong with a connector, or with what all share; what was good before it goes on. */
export type SourceFault = {
  /** Null: datasets, code lists, the hub file or the schema made of them. */
  readonly connector: string | null;
  readonly code: string;
  /** Places are given below the connectors folder. */
  readonly message: string;
  readonly since: Date;
  /** Revision of the manifest that goes on in its place; null: none. */
  readonly servedRevision: string | null;
};

/** What a hub is served from at one time. */
export type ServedSources = {
  /** Digest of the files it was loaded from. */
  readonly digest: string;
  readonly files: SourceFiles;
  readonly catalogue: Catalogue;
  readonly connectors: readonly LoadedConnector[];
  readonly liveSources: readonly LiveSource[];
  readonly faults: readonly SourceFault[];
};

/** Where to load from, and for whom. */
export type LoadTask = {
  readonly directory: string;
  /** The connectors folder, which relative paths of manifests start from wherever they are loaded from. */
  readonly home: string;
  readonly files: SourceFiles;
  readonly ids: readonly string[];
  readonly hub: HubFile;
  readonly now: Date;
};

/** Digest of what every connector depends on. */
function sharedDigest(files: SourceFiles): string {
  return digestOfSources(new Map([...files].filter(([place]) => !place.startsWith('sources/'))));
}

function load(id: string, { directory, home }: LoadTask, catalogue: Catalogue): LoadedConnector {
  const loaded = loadConnector(join(directory, 'sources', id), catalogue);
  return { ...loaded, directory: resolve(home, 'sources', id) };
}

function faultOf(
  error: unknown,
  task: LoadTask,
  about: Pick<SourceFault, 'connector' | 'servedRevision'>,
): SourceFault {
  const { code, message } = toHubError(error);
  return { ...about, code, message: message.replaceAll(`${task.directory}/`, ''), since: task.now };
}

/** A live source stays as it is, with its connections, while nothing it depends on has changed. */
function liveSourcesOf(
  loaded: Omit<ServedSources, 'liveSources'>,
  hub: HubFile,
  last: ServedSources | null,
): LiveSource[] {
  const { connectors, catalogue, files } = loaded;
  const revisions = new Map(last?.connectors.map((it) => [it.metadata.id, it.revision]));
  const alike = last !== null && sharedDigest(last.files) === sharedDigest(files);
  const known = new Map(last?.liveSources.map((it) => [it.connector, it]));
  return connectors.flatMap((connector) => {
    const { id } = connector.metadata;
    const same = alike && revisions.get(id) === connector.revision ? known.get(id) : undefined;
    return same === undefined ? openLiveSources({ connectors: [connector], catalogue, hub }) : [same];
  });
}

/** Loads what a hub is served from, whole. @throws FILE_MISSING, BAD_FILE with every fault's place */
export function loadSources(task: LoadTask): ServedSources {
  const { directory, files, ids, hub } = task;
  const catalogue = loadCatalogue(directory);
  const connectors = ids.map((id) => load(id, task, catalogue));
  const loaded = { digest: digestOfSources(files), files, catalogue, connectors, faults: [] };
  return { ...loaded, liveSources: liveSourcesOf(loaded, hub, null) };
}

/**
 * Loads what a hub is served from while it runs: a connector with a fault keeps its last good manifest or is left out,
 * and the others go on.
 */
export function reloadSources(task: LoadTask, last: ServedSources): ServedSources {
  const { directory, files, ids, hub } = task;
  const faults: SourceFault[] = [];
  let { catalogue } = last;
  try {
    catalogue = loadCatalogue(directory);
  } catch (error) {
    faults.push(faultOf(error, task, { connector: null, servedRevision: null }));
  }
  const connectors = ids.flatMap((id) => {
    try {
      return [load(id, task, catalogue)];
    } catch (error) {
      const known = last.connectors.find((it) => it.metadata.id === id);
      const usable = known !== undefined && catalogue.findDataset(known.metadata.dataset) !== null;
      const servedRevision = usable ? known.revision : null;
      faults.push(faultOf(error, task, { connector: id, servedRevision }));
      return usable ? [known] : [];
    }
  });
  const loaded = { digest: digestOfSources(files), files, catalogue, connectors, faults };
  return { ...loaded, liveSources: liveSourcesOf(loaded, hub, last) };
}

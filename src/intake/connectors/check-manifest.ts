import { personFieldOf } from '../../domain/catalogue/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { Connector, Dataset, Mapping } from '../../contracts/manifests/index.ts';
import { isRhythm } from '../../infra/clock/index.ts';
import { parameterNames } from '../../infra/sql/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import { checkRules } from './check-rules.ts';
import { liveParameterOf } from './live-parameter.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkFileSource, checkRestSource } from './check-source.ts';
import { SUBJECT_TARGETS } from './loaded-connector.ts';
import { suggest, type ManifestFault } from './manifest-fault.ts';

type Check = { readonly manifest: Connector; readonly dataset: Dataset; readonly catalogue: Catalogue };

const columnOf = (mapping: Mapping): string | null =>
  typeof mapping === 'string' ? mapping : 'from' in mapping ? mapping.from : null;

function checkColumn(target: string, mapping: Mapping, dataset: Dataset): ManifestFault[] {
  const column = columnOf(mapping);
  const treatment = column === null ? null : personFieldOf(column);
  if (treatment === null) return [];
  const masked = dataset.fields.find((it) => it.name === target)?.personField === 'mask';
  if (treatment === 'mask' && masked) return [];
  return [
    {
      path: ['map', target],
      message: `column ${column ?? ''} is about a person and may not become ${target}`,
    },
  ];
}

function checkLookup(target: string, mapping: Mapping, catalogue: Catalogue): ManifestFault[] {
  if (typeof mapping === 'string' || !('from' in mapping) || mapping.lookup === undefined) return [];
  try {
    catalogue.getCodeList(mapping.lookup);
    return [];
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return [{ path: ['map', target, 'lookup'], message: error.message }];
  }
}

/** A constant is not looked up, so it must already be a canonical code. */
function checkConstant(at: {
  readonly target: string;
  readonly mapping: Mapping;
  readonly dataset: Dataset;
  readonly catalogue: Catalogue;
}): ManifestFault[] {
  const { target, mapping, dataset, catalogue } = at;
  const list = dataset.fields.find((it) => it.name === target)?.codeList;
  if (typeof mapping === 'string' || !('const' in mapping) || list === undefined) return [];
  const { labels } = catalogue.getCodeList(list);
  if (labels.has(String(mapping.const))) return [];
  return [{ path: ['map', target, 'const'], message: `${String(mapping.const)} is no code of ${list}` }];
}

function checkTargets({ manifest, dataset, catalogue }: Check): ManifestFault[] {
  const fields = dataset.fields.map((it) => it.name);
  const known = [...fields, ...SUBJECT_TARGETS];
  const faults = Object.entries(manifest.map).flatMap(([target, mapping]): ManifestFault[] => {
    if (!known.includes(target)) {
      const message = `"${target}" is no field of ${manifest.metadata.dataset}${suggest(target, known)}`;
      return [{ path: ['map', target], message }];
    }
    return [
      ...checkColumn(target, mapping, dataset),
      ...checkLookup(target, mapping, catalogue),
      ...checkConstant({ target, mapping, dataset, catalogue }),
    ];
  });
  const required = [
    'subject.uscc',
    'subject.name',
    ...dataset.fields.filter((it) => it.required).map((it) => it.name),
  ];
  const missing = required.filter((it) => !Object.hasOwn(manifest.map, it));
  const left = missing.map((it) => ({ path: ['map'], message: `the mandatory field ${it} is not mapped` }));
  return [...faults, ...left];
}

function checkKeep({ manifest }: Check): ManifestFault[] {
  return manifest.keep.flatMap((column) =>
    personFieldOf(column) === null
      ? []
      : [{ path: ['keep'], message: `column ${column} is about a person and may not be kept` }],
  );
}

/** When a source is read, and from where on. */
function checkTimes({ manifest: { sync } }: Check): ManifestFault[] {
  const { schedule: cron, tz, overlap, mode, cursor = [] } = sync;
  const isDated = mode === 'incremental' && cursor.length >= 2;
  const when = 'five fields of cron in a known time zone, such as "0 2 * * *"';
  const again =
    'overlap reads again from a time on: it needs incremental reading by a time and a unique column';
  return [
    ...(cron === undefined || isRhythm({ cron, tz }) ? [] : [{ path: ['sync', 'schedule'], message: when }]),
    ...(overlap === undefined || isDated ? [] : [{ path: ['sync', 'overlap'], message: again }]),
  ];
}

function checkSync({ manifest }: Check): ManifestFault[] {
  const { sync, source } = manifest;
  const faults: ManifestFault[] = [];
  const fault = (path: string[], message: string): number => faults.push({ path, message });
  const last = sync.cursor?.at(-1);
  // Of a folder of files, those of the same bytes are read once: that needs no cursor.
  if (sync.mode === 'incremental' && last === undefined && source.type !== 'file') {
    fault(['sync', 'mode'], 'incremental reading needs sync.cursor');
  }
  if (last !== undefined && sync.key?.includes(last) !== true) {
    fault(['sync', 'cursor'], `the last cursor column ${last} must be unique: name it in sync.key as well`);
  }
  if (last !== undefined && source.type !== 'sql') {
    fault(['sync', 'cursor'], 'only SQL sources are read by a cursor');
  }
  for (const column of sync.key ?? []) {
    if (personFieldOf(column) !== null)
      fault(['sync', 'key'], `column ${column} is about a person and can be no key`);
  }
  return faults;
}

const LIVE_WORDS: Readonly<Record<Connector['source']['type'], { key: string; message: string }>> = {
  sql: { key: 'lookup', message: 'the statement must bind :codes, or :code, and nothing else' },
  graphql: {
    key: 'lookup',
    message: 'the document must be one query with one variable, $codes or $code, and nothing else',
  },
  rest: { key: 'request', message: 'the request must hold ":codes", or ":code", in its query or body' },
  file: { key: 'lookup', message: 'a folder of files cannot be asked live' },
};

function checkLive({ source, live }: Connector): ManifestFault[] {
  const { key, message } = LIVE_WORDS[source.type];
  if (live === undefined) return [{ path: ['mode'], message: `a live source needs live.${key}` }];
  if (source.type === 'file') return [{ path: ['source', 'type'], message }];
  const faults = liveParameterOf({ source, live }) === null ? [{ path: ['live', key], message }] : [];
  if (source.type === 'rest' && live.request?.method === 'GET' && live.request.body !== undefined)
    faults.push({ path: ['live', 'request', 'body'], message: 'a GET has no body' });
  return faults;
}

function checkStatements({ manifest }: Check): ManifestFault[] {
  const { source, sync, mode } = manifest;
  if (source.type === 'rest')
    return [...checkRestSource(source, mode), ...(mode === 'live' ? checkLive(manifest) : [])];
  if (mode === 'live') return checkLive(manifest);
  if (source.type === 'graphql')
    return [{ path: ['mode'], message: 'a GraphQL source is asked at query time: mode is live' }];
  if (source.type === 'file') return checkFileSource(source);
  if (source.query === undefined)
    return [{ path: ['source'], message: 'a collected SQL source needs query' }];
  const wanted = ['limit', ...(sync.cursor ?? []).map((it) => `cursor.${it}`)];
  const bound = parameterNames(source.query);
  const unbound = wanted.filter((it) => !bound.includes(it));
  const unknown = bound.filter((it) => !wanted.includes(it));
  return [
    ...unbound.map((it) => ({ path: ['source', 'query'], message: `the statement must bind :${it}` })),
    ...unknown.map((it) => ({
      path: ['source', 'query'],
      message: `the statement binds :${it}${suggest(it, wanted)}`,
    })),
  ];
}

/** What a manifest gets wrong beyond its form: fields, person columns, code lists, statements, cursor. */
export function checkManifest(manifest: Connector, catalogue: Catalogue): ManifestFault[] {
  let dataset: Dataset;
  try {
    dataset = catalogue.getDataset(manifest.metadata.dataset);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    const known = catalogue.datasets.map((it) => `${it.name}@${it.version}`);
    const message = `${error.message}${suggest(manifest.metadata.dataset, known)}`;
    return [{ path: ['metadata', 'dataset'], message }];
  }
  const check = { manifest, dataset, catalogue };
  return [
    ...checkTargets(check),
    ...checkSync(check),
    ...checkTimes(check),
    ...checkKeep(check),
    ...checkStatements(check),
    ...checkSecrets(manifest),
    ...checkRules(manifest, dataset),
  ];
}

import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  platformSchema,
  type DatasetField,
  type HubFile,
  type Platform,
  type PlatformColumn,
} from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { RULE_CATALOGUE } from '../../domain/rules.ts';
import { nearestWord, parseYaml, placeFaults, type FileFault } from '../../infra/files/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import { originOf, RECORD_ORIGINS } from './map-row.ts';

type Fault = { readonly path: readonly string[]; readonly message: string };

function suggest(word: string, known: readonly string[]): string {
  const near = nearestWord(word, known);
  return near === null ? '' : `: did you mean "${near}"?`;
}

/** What the exchange itself must find again at a platform. */
const ALWAYS = ['record.key', 'record.version', 'record.operation'];
/** Letters, also Chinese ones, digits and `_`: what can be quoted without a second thought. */
const SQL_NAME = /^[\p{L}_][\p{L}\p{N}_]{0,62}$/u;

function checkColumn(path: string[], column: PlatformColumn, against: Against): Fault[] {
  const origin = originOf(column);
  const { fields, closed, catalogue } = against;
  const known = [...RECORD_ORIGINS, ...fields];
  if (origin !== null && !known.includes(origin))
    return [{ path, message: `no field ${origin}${suggest(origin, known)}` }];
  if (origin !== null && closed.includes(origin))
    return [{ path, message: `${origin} is for government bodies alone, and this platform publishes` }];
  if (typeof column === 'object' && 'words' in column) {
    try {
      catalogue.getCodeList(column.words);
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return [{ path, message: error.message }];
    }
  }
  const patterns = typeof column === 'object' && 'date' in column ? column.date : null;
  return patterns === null || /YYYY.*MM.*DD/.test(patterns)
    ? []
    : [{ path, message: 'a day is written with YYYY, MM and DD' }];
}

type Against = {
  readonly fields: readonly string[];
  /** Fields that this platform may not have. */
  readonly closed: readonly string[];
  readonly catalogue: Catalogue;
};

function checkRecords(platform: Platform, catalogue: Catalogue): Fault[] {
  const { records, transport, takes } = platform;
  const known = catalogue.datasets.map((it) => `${it.name}@${it.version}`);
  const wanted = transport.type === 'sql' ? [...ALWAYS, 'record.batch'] : ALWAYS;
  return Object.entries(records).flatMap(([reference, { columns }]) => {
    const dataset = catalogue.findDataset(reference);
    const path = ['records', reference];
    if (dataset === null) return [{ path, message: `no dataset ${reference}${suggest(reference, known)}` }];
    const fields = dataset.fields.map((it) => it.name);
    const isClosed = (it: DatasetField): boolean =>
      it.disclosure !== undefined && takes.disclosure === 'PUBLIC';
    const closed = dataset.fields.filter(isClosed).map((it) => it.name);
    const origins = Object.values(columns).map(originOf);
    const missing = wanted.filter((it) => !origins.includes(it));
    return [
      ...missing.map((it) => ({ path: [...path, 'columns'], message: `a column must come from ${it}` })),
      ...Object.entries(columns).flatMap(([name, column]) =>
        checkColumn([...path, 'columns', name], column, { fields, closed, catalogue }),
      ),
    ];
  });
}

function checkNames(platform: Platform): Fault[] {
  const { transport, records, answers } = platform;
  if (transport.type !== 'sql') return [];
  const faults: Fault[] = [];
  const check = (path: string[], name: string): void => {
    if (!SQL_NAME.test(name)) faults.push({ path, message: `${name} is no name of a table or column` });
  };
  check(['transport', 'state'], transport.state);
  check(['transport', 'feedback', 'table'], transport.feedback.table);
  check(['transport', 'feedback', 'cursor'], transport.feedback.cursor);
  for (const it of ['key', 'version', 'code', 'text'] as const) check(['answers', it], answers[it]);
  for (const [reference, { to, columns }] of Object.entries(records)) {
    check(['records', reference, 'to'], to);
    for (const name of Object.keys(columns)) check(['records', reference, 'columns', name], name);
  }
  return faults;
}

function checkTransport(platform: Platform): Fault[] {
  const { transport, idempotency, answers, records } = platform;
  const faults: Fault[] = [];
  const targets = Object.values(records).map((it) => it.to);
  if (new Set(targets).size < targets.length)
    faults.push({ path: ['records'], message: 'two datasets go to the same place' });
  if (
    transport.type === 'sftp' &&
    (transport.password === undefined) === (transport.privateKey === undefined)
  )
    faults.push({ path: ['transport'], message: 'either password or privateKey' });
  if (idempotency === 'query' && !(transport.type === 'rest' && transport.query !== undefined))
    faults.push({ path: ['idempotency'], message: '`query` needs a REST transport with query' });
  if (idempotency === 'key' && !(transport.type === 'rest' && transport.idempotencyHeader !== undefined))
    faults.push({ path: ['idempotency'], message: '`key` needs a REST transport with idempotencyHeader' });
  const rules = RULE_CATALOGUE.map((it) => it.rule);
  for (const [code, { rule }] of Object.entries(answers.codes)) {
    if (rule !== undefined && !rules.includes(rule))
      faults.push({ path: ['answers', 'codes', code], message: `no rule ${rule}${suggest(rule, rules)}` });
  }
  const accepts = Object.values(answers.codes).some((it) => it.means === 'accepted');
  if (transport.type !== 'sql' && !accepts)
    faults.push({ path: ['answers', 'codes'], message: 'no code means accepted: no record ever would be' });
  return faults;
}

function readPlatform(
  directory: string,
  catalogue: Catalogue,
): { manifest: Platform | null; faults: FileFault[] } {
  const file = join(directory, 'platform.yml');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HubError('FILE_MISSING', 'config', `${file} cannot be read`, { cause });
  }
  const parsed = parseYaml(text, platformSchema, file);
  if (parsed.value === null) return { manifest: null, faults: parsed.faults };
  const manifest = parsed.value;
  const id = basename(resolve(directory));
  const faults = [...checkRecords(manifest, catalogue), ...checkNames(manifest), ...checkTransport(manifest)];
  if (manifest.metadata.id !== id)
    faults.push({ path: ['metadata', 'id'], message: `the id must be the folder's name, ${id}` });
  return { manifest, faults: placeFaults(faults, text, file) };
}

/**
 * All faults of a platform's manifest at once, each with its place and the nearest known word; empty when it is right.
 *
 * @param directory folder that holds `platform.yml`
 * @throws FILE_MISSING
 */
export function checkPlatform(directory: string, catalogue: Catalogue): FileFault[] {
  return readPlatform(directory, catalogue).faults;
}

/**
 * Loads a platform's manifest.
 *
 * @param directory folder that holds `platform.yml`
 * @throws FILE_MISSING, BAD_FILE with every fault's line, column and nearest word
 */
export function loadPlatform(directory: string, catalogue: Catalogue): Platform {
  const { manifest, faults } = readPlatform(directory, catalogue);
  if (manifest !== null && faults.length === 0) return manifest;
  const lines = faults.map((it) => `${it.file}:${it.line}:${it.column} ${it.message}`);
  throw new HubError('BAD_FILE', 'config', lines.join('\n'), { details: { faults } });
}

/**
 * The manifests of the platforms that a hub file names. @param connectors folder that holds `platforms/<id>`
 *
 * @throws FILE_MISSING, BAD_FILE; PLATFORM_DIFFERS where the hub file and the manifest name different regions
 */
export function loadHubPlatforms(connectors: string, hub: HubFile, catalogue: Catalogue): Platform[] {
  return hub.partners.flatMap((partner) => {
    if (partner.platform === undefined) return [];
    const platform = loadPlatform(join(connectors, 'platforms', partner.platform), catalogue);
    if (platform.metadata.region === partner.region) return [platform];
    const message = `partner ${partner.id} is of region ${partner.region}, its manifest of ${platform.metadata.region}`;
    throw new HubError('PLATFORM_DIFFERS', 'config', message);
  });
}

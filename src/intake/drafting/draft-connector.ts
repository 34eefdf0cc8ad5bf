import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Dataset } from '../../contracts/manifests/index.ts';
import type { CalendarDay } from '../../domain/calendar/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import {
  isDoubtfulColumn,
  isValueInHeader,
  loadConnector,
  UNNAMED_OWNER,
  type LoadedConnector,
  type RawRow,
} from '../connectors/index.ts';
import { expectSamples } from '../trial/index.ts';
import { PRODUCER_FIELD, RowJudge } from '../validation/index.ts';
import { findKeyColumn, findTimeColumn, type Draft, type DraftOwner } from './draft.ts';
import { guessColumns, scoreOf, type Guess } from './guess-columns.ts';
import { profileColumns, type ColumnProfile, type SampleRows } from './profile-columns.ts';
import { synthesiseRows } from './synthesise-rows.ts';
import { writeManifest } from './write-manifest.ts';
import { writeSamples } from './write-samples.ts';
import { writeTemplate } from './write-template.ts';

/** What a draft is asked for. */
export type DraftOrder = {
  readonly id: string;
  /** Folder to write; a manifest in it is never overwritten. */
  readonly directory: string;
  readonly catalogue: Catalogue;
  /** `<name>@<version>`; the dataset that suits best when absent. */
  readonly dataset?: string | undefined;
  readonly owner?: DraftOwner | undefined;
  /** The manifest's `source`, as it is written; a statement reads behind the columns chosen. */
  readonly source: (columns: { key: string | null; changedAt: string | null }) => Record<string, unknown>;
  readonly table?: string;
  readonly sample: SampleRows;
  readonly today: CalendarDay;
};

/** What a sample says of its quality: shapes, shares and rules, and no value. */
export type QualityProfile = {
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  /** What would become of the sampled rows under the drafted manifest. */
  readonly verdicts: Readonly<Record<'accepted' | 'quarantined' | 'refused', number>>;
  readonly findingsByRule: Readonly<Record<string, number>>;
};

/** What was drafted. */
export type DraftedConnector = {
  readonly directory: string;
  readonly dataset: string;
  readonly guesses: readonly Guess[];
  /** Mandatory targets that no column was found for. */
  readonly missing: readonly string[];
  readonly quality: QualityProfile;
};

type Choice = { readonly dataset: Dataset; readonly guesses: Guess[] };

function chooseDataset(order: DraftOrder, profiles: readonly ColumnProfile[]): Choice {
  const { catalogue } = order;
  const wanted = order.dataset === undefined ? catalogue.datasets : [catalogue.getDataset(order.dataset)];
  const ranked = wanted
    .map((dataset) => ({ dataset, guesses: guessColumns(profiles, dataset) }))
    .sort((a, b) => scoreOf(b.guesses, b.dataset) - scoreOf(a.guesses, a.dataset));
  const [best] = ranked;
  if (best !== undefined && best.guesses.length > 0) return best;
  const known = catalogue.datasets.map((it) => `${it.name}@${String(it.version)}`).join(', ');
  throw new HubError('NO_DATASET_FITS', 'refused', `no column fits a dataset; known are: ${known}`);
}

/** Until a person names the department, the sample is judged as if whoever most rows speak for supplied it. */
function speakingFor(connector: LoadedConnector, { sample, owner }: DraftOrder): LoadedConnector {
  const mapping = connector.map[PRODUCER_FIELD];
  if (owner !== undefined || typeof mapping !== 'object' || !('from' in mapping)) return connector;
  const place = sample.columns.indexOf(mapping.from);
  const counts = Map.groupBy(sample.rows, (cells) => (cells[place] ?? '').trim().toUpperCase());
  const [most] = [...counts].sort(([, a], [, b]) => b.length - a.length);
  const { metadata } = connector;
  const uscc = most?.[0] ?? metadata.owner.uscc;
  return { ...connector, metadata: { ...metadata, owner: { ...metadata.owner, uscc } } };
}

async function judgeSample(
  connector: LoadedConnector,
  order: DraftOrder,
): Promise<Omit<QualityProfile, 'columns'>> {
  const { catalogue, today, sample } = order;
  const judge = new RowJudge({
    connector: speakingFor(connector, order),
    catalogue,
    hub: { id: 'draft', soleTraders: 'on' },
    run: 'draft',
    today,
  });
  const rows = sample.rows.map((cells, place): RawRow => ({ row: String(place + 1), cells, fault: null }));
  const verdicts = { accepted: 0, quarantined: 0, refused: 0 };
  const findingsByRule: Record<string, number> = {};
  for (const it of await judge.judgeRows(sample.columns, rows)) {
    verdicts[it.verdict === 'candidate' ? 'accepted' : it.verdict] += 1;
    for (const { rule } of it.findings) findingsByRule[rule] = (findingsByRule[rule] ?? 0) + 1;
  }
  return { rows: rows.length, verdicts, findingsByRule };
}

function missingOf({ dataset, guesses }: Choice): string[] {
  const required = dataset.fields.filter((it) => it.required).map((it) => it.name);
  const met = new Set(guesses.map((it) => it.target));
  return ['subject.uscc', 'subject.name', ...required].filter((it) => !met.has(it));
}

/** Columns whose names may be written. @throws NO_HEADER where the names are values of a row, which are written nowhere */
function namedColumns({ columns, rows }: SampleRows): SampleRows {
  const values = columns.filter(isValueInHeader).length;
  if (values > 0) {
    const said = `${String(values)} of ${String(columns.length)} names of columns are values of a row`;
    throw new HubError('NO_HEADER', 'refused', `${said}: the header is missing, or stands further down`);
  }
  const places = columns.flatMap((it, place) => (isDoubtfulColumn(it) ? [] : [place]));
  const at = (cells: readonly string[]): string[] => places.map((it) => cells[it] ?? '');
  return { columns: at(columns), rows: rows.map(at) };
}

/**
 * Drafts a connector from a sample: a commented manifest that passes `check`, a quality profile, samples made of the
 * profile with what becomes of them, and the department's template. No value of the source is written anywhere.
 *
 * @throws CONNECTOR_EXISTS, NO_DATASET_FITS, EMPTY_SAMPLE, NO_HEADER, UNKNOWN_DATASET
 */
export async function draftConnector(given: DraftOrder): Promise<DraftedConnector> {
  const sample = namedColumns(given.sample);
  const order = { ...given, sample };
  const { id, catalogue, today } = order;
  const directory = resolve(order.directory);
  if (existsSync(join(directory, 'connector.yml')))
    throw new HubError('CONNECTOR_EXISTS', 'config', `${order.directory} holds a connector.yml already`);
  if (sample.rows.length === 0)
    throw new HubError('EMPTY_SAMPLE', 'refused', 'the source gave no row to look at');
  const profiles = profileColumns(sample);
  const choice = chooseDataset(order, profiles);
  const key = findKeyColumn(profiles, sample.rows.length);
  const changedAt = findTimeColumn(profiles);
  const owner = order.owner ?? UNNAMED_OWNER;
  const source = order.source({ key, changedAt });
  const doubtful = given.sample.columns.length - sample.columns.length;
  const columns = { key, changedAt, profiles, doubtful };
  const draft: Draft = { id, owner, ...choice, source, ...columns, rows: sample.rows.length };
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'connector.yml'), writeManifest(draft));
  const connector = loadConnector(directory, catalogue);
  const rows = synthesiseRows(draft, catalogue, today);
  await writeSamples(connector, { columns: profiles.map((it) => it.column), rows }, order.table ?? 'source');
  await expectSamples(connector, catalogue, today);
  await writeTemplate({ ...draft, directory }, catalogue, rows.slice(0, 2));
  const quality = { ...(await judgeSample(connector, order)), columns: profiles };
  writeFileSync(join(directory, 'profile.json'), `${JSON.stringify(quality, null, 2)}\n`);
  const dataset = `${choice.dataset.name}@${String(choice.dataset.version)}`;
  return { directory, dataset, guesses: choice.guesses, missing: missingOf(choice), quality };
}

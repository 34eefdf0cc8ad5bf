import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CalendarDay } from '../../../domain/calendar/index.ts';
import { frontRow, gradeRow, licenceRow, penaltyRow, presaleRow, type SourceRow } from './decisions.ts';
import { organisationsOf, seededRandom, type Organisation } from './organisations.ts';
import { formerNameOf, registerRow } from './register.ts';
import { writeCsv } from './write-csv.ts';
import { writeFrontTable, writeHousingTable } from './write-tables.ts';
import { writeWorkbook } from './write-workbook.ts';

/** What the departments of the demo have in their systems. */
export type World = {
  readonly register: SourceRow[];
  readonly penalties: SourceRow[];
  readonly licences: SourceRow[];
  readonly front: SourceRow[];
  readonly grades: SourceRow[];
  readonly presales: SourceRow[];
  readonly neighbour: SourceRow[];
  /** The organisation that the partner asks for: it has a penalty, a licence, a grade and a permit. */
  readonly asked: Organisation;
};

/** Size and seed of the synthetic data. */
export type WorldSize = { readonly rows: number; readonly seed: number; readonly today: CalendarDay };

const DEPARTMENTS = {
  market: { name: '淄博市周村区市场监督管理局', uscc: '11370306QQQQ90012L' },
  approval: { name: '淄博市周村区行政审批服务局', uscc: '11370306QQQQ90020F' },
  enforcement: { name: '淄博市周村区综合行政执法局', uscc: '11370306QQQQ90039C' },
  neighbour: { name: '淄博市张店区市场监督管理局', uscc: '11370303QQQQ90055N' },
} as const;

/** Share of all decisions that each source has; the register has one entry an organisation beside them. */
const SHARES = { penalties: 0.4, licences: 0.3, front: 0.18, neighbour: 0.06 } as const;

/** One penalty in so many names its subject by an organisation code, by an earlier name, or by a wrong one. */
const OTHERWISE_EVERY = 60;

function rowsOf(count: number, make: (place: number) => SourceRow): SourceRow[] {
  return Array.from({ length: count }, (_, place) => make(place));
}

/** Adds what files of departments are known for: a row twice, and one document twice with different content. */
function withDuplicates(rows: SourceRow[], id: string, text: string): SourceRow[] {
  const [first, second] = rows;
  if (first === undefined || second === undefined) return rows;
  return [
    ...rows,
    { ...first },
    { ...second, [id]: second[id] ?? '', [text]: `${second[text] ?? ''}（重复报送）` },
  ];
}

/** Makes the departments' rows from a seed: the same size and seed give the same rows. */
export function makeWorld(size: WorldSize): World {
  const random = seededRandom(size.seed);
  const subjects = Math.max(20, Math.round(size.rows / 10));
  const own = organisationsOf('370306', subjects, 1_000);
  const near = organisationsOf('370303', Math.max(5, Math.round(subjects / 10)), 200_000);
  const maker = (office: string, organisations: readonly Organisation[]) => ({
    organisations,
    random,
    today: size.today,
    office,
  });
  const count = (share: number) => Math.round(size.rows * share);
  const [asked] = own;
  if (asked === undefined) throw new TypeError('a world without organisations');
  const forAsked = { ...maker('周市监', [asked]) };
  const penalties = rowsOf(count(SHARES.penalties) - 2, (place) =>
    penaltyRow(place === 0 ? forAsked : maker('周市监', own), place, DEPARTMENTS.market),
  );
  const licences = rowsOf(count(SHARES.licences), (place) =>
    licenceRow(maker('周审批', place < 2 ? [asked] : own), place, DEPARTMENTS.approval),
  );
  const front = rowsOf(count(SHARES.front), (place) =>
    frontRow(maker('周综执', own), place, DEPARTMENTS.enforcement),
  );
  const neighbour = rowsOf(count(SHARES.neighbour), (place) =>
    penaltyRow(maker('张市监', place % 3 === 0 ? own : near), place, DEPARTMENTS.neighbour),
  );
  const graded = own.slice(0, Math.max(5, count(0.06)));
  return {
    register: own.map(registerRow),
    penalties: withDuplicates(penalties, 'CF_ID', 'CF_SY'),
    licences,
    front,
    grades: graded.map((it, place) => gradeRow(it, place, size.today)),
    presales: own
      .slice(0, Math.max(3, Math.round(subjects / 20)))
      .map((it, place) => presaleRow(it, place, size.today)),
    neighbour,
    asked,
  };
}

function namedOtherwise(row: SourceRow, place: number): SourceRow {
  const { CF_XDR_SHXYM: code = '', CF_XDR_MC: name = '' } = row;
  switch (place % OTHERWISE_EVERY) {
    case 10:
      return code.length === 18 ? { ...row, CF_XDR_SHXYM: code.slice(8, 17) } : row;
    case 20:
      return { ...row, CF_XDR_MC: formerNameOf(name) };
    case 30:
      return { ...row, CF_XDR_MC: `${name}（误）` };
    default:
      return row;
  }
}

/**
 * The same world, where the market regulator does not look its subjects up: it names some by the organisation code of the
 * time before unified codes, some by an earlier name, and some by a name of nobody. It needs the register beside it.
 */
export function namedByHabit(world: World): World {
  return { ...world, penalties: world.penalties.map(namedOtherwise) };
}

/** Where the departments' systems keep their data. */
export type WorldPlaces = { readonly inbox: string; readonly front: string; readonly housing: string };

/** Folder and file names below a folder. */
export function placesIn(folder: string): WorldPlaces {
  return {
    inbox: join(folder, 'inbox'),
    front: join(folder, 'frxzcf.sqlite'),
    housing: join(folder, 'housing.sqlite'),
  };
}

/** Writes the penalties' file anew. */
export async function writePenalties(places: WorldPlaces, rows: readonly SourceRow[]): Promise<void> {
  await writeCsv(join(places.inbox, 'zc-penalty', 'xzcf.csv'), rows);
}

/** Writes the subject register's file anew. */
export async function writeRegister(places: WorldPlaces, rows: readonly SourceRow[]): Promise<void> {
  await writeCsv(join(places.inbox, 'zc-register', 'zt.csv'), rows);
}

/** Writes the licences' workbook anew. */
export async function writeLicences(places: WorldPlaces, rows: readonly SourceRow[]): Promise<void> {
  await writeWorkbook(join(places.inbox, 'zc-licence', 'xzxk.xlsx'), '行政许可', rows);
}

/** Puts a world where departments keep it: files, a front-exchange table, the housing department's own table. */
export async function writeWorld(world: World, places: WorldPlaces): Promise<void> {
  for (const name of ['zc-register', 'zc-penalty', 'zc-licence', 'zd-penalty'])
    mkdirSync(join(places.inbox, name), { recursive: true });
  await writeRegister(places, world.register);
  await writePenalties(places, world.penalties);
  await writeLicences(places, world.licences);
  await writeCsv(join(places.inbox, 'zd-penalty', 'xzcf.csv'), world.neighbour);
  writeFrontTable(places.front, world.front);
  writeHousingTable(places.housing, world.presales);
}

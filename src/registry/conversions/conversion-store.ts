import type { Filter } from 'mongodb';
import { CONVERTIBLE_KINDS, normaliseName, usccParts, type SourceCode } from '../../domain/subject/index.ts';
import { defineCollection, type HubDatabase } from '../../infra/mongo/index.ts';
import {
  conversionId,
  conversionKeys,
  type ConversionDepartment,
  type ConversionDocument,
  type ConversionState,
} from './conversion.ts';

const MAX_CANDIDATES = 10;
const MAX_NAMES = 5;
const MAX_DEPARTMENTS = 50;

/** `conversions`: the queue of codes that departments still use in place of unified codes, and where each one leads. */
export const conversionModel = defineCollection<ConversionDocument>('conversions', [
  { keys: { state: 1, _id: 1 } },
  { keys: { 'departments.uscc': 1, _id: 1 } },
  { keys: { keys: 1 } },
]);

/** A row that names its subject by a code of the queue, and what came of it. */
export type ConversionMet = {
  readonly source: SourceCode;
  /** Name of the subject as the row gives it; the person guard has passed it. */
  readonly name: string;
  readonly state: Extract<ConversionState, 'waiting' | 'conflict' | 'converted'>;
  readonly uscc: string | null;
  readonly candidates: readonly string[];
};

/** The entry of a department is added once, and its last day kept. */
function departmentsUpdate(of: Pick<ConversionDepartment, 'uscc' | 'name' | 'source'>): object {
  const held = { $ifNull: ['$departments', []] };
  const isKnown = {
    $in: [{ $literal: of.source }, { $map: { input: held, as: 'it', in: '$$it.source' } }],
  };
  const seen = {
    $map: {
      input: held,
      as: 'it',
      in: {
        $cond: [
          { $eq: ['$$it.source', { $literal: of.source }] },
          { $mergeObjects: ['$$it', { lastSeenAt: '$$NOW' }] },
          '$$it',
        ],
      },
    },
  };
  const literal = {
    uscc: { $literal: of.uscc },
    name: { $literal: of.name },
    source: { $literal: of.source },
  };
  const added = { $concatArrays: [held, [{ ...literal, firstSeenAt: '$$NOW', lastSeenAt: '$$NOW' }]] };
  const full = { $gte: [{ $size: held }, MAX_DEPARTMENTS] };
  return { $cond: [isKnown, seen, { $cond: [full, held, added] }] };
}

/** Adds names that are new, as long as there is room. */
function namesUpdate(names: readonly string[]): object {
  const held = { $ifNull: ['$names', []] };
  const fresh = {
    $filter: { input: { $literal: [...names] }, as: 'it', cond: { $not: [{ $in: ['$$it', held] }] } },
  };
  return { $slice: [{ $concatArrays: [held, fresh] }, MAX_NAMES] };
}

/** What persons say of a code stands until they say otherwise. */
const BY_PERSONS = { $or: [{ $eq: ['$state', 'requested'] }, { $eq: ['$by', 'persons'] }] };

/** Where a code leads now; a row of another name than the one subject's is that row's fault and not the code's. */
function stateUpdate({ state, uscc, candidates }: Pick<ConversionMet, 'state' | 'uscc' | 'candidates'>) {
  const isConverted = state === 'converted';
  const isStill = {
    $and: [{ $eq: ['$state', 'converted'] }, { $eq: [['$uscc'], { $literal: candidates }] }],
  };
  const stands = state === 'conflict' ? { $or: [BY_PERSONS, isStill] } : BY_PERSONS;
  const unless = (field: string, value: unknown): object => ({ $cond: [stands, `$${field}`, value] });
  return {
    candidates: { $literal: candidates.slice(0, MAX_CANDIDATES) },
    uscc: unless('uscc', { $literal: uscc }),
    convertedAt: unless('convertedAt', isConverted ? { $ifNull: ['$convertedAt', '$$NOW'] } : null),
    by: unless('by', isConverted ? 'register' : null),
    state: unless('state', state),
  };
}

/** Of rows that use one code under several names, the best end is the code's: the others are their rows' faults. */
const BEST_FIRST = ['converted', 'conflict', 'waiting'] as const;

type MetCode = ConversionMet & { readonly names: readonly string[] };

/** What a batch of rows says of each code, once a code. */
function byCode(met: readonly ConversionMet[]): MetCode[] {
  return [...Map.groupBy(met, (it) => conversionId(it.source)).values()].flatMap((some) => {
    const [best] = some.toSorted((a, b) => BEST_FIRST.indexOf(a.state) - BEST_FIRST.indexOf(b.state));
    const names = [...new Set(some.map((it) => normaliseName(it.name)))].filter((it) => it !== '');
    return best === undefined ? [] : [{ ...best, names: names.slice(0, MAX_NAMES) }];
  });
}

/**
 * Notes the codes of rows in the queue, with who uses them and where they lead; idempotent. What two persons decided, or
 * are about to, stands.
 *
 * @param department whose rows these are, and the connector they came by
 */
export async function noteConversions(
  database: HubDatabase,
  met: readonly ConversionMet[],
  department: Pick<ConversionDepartment, 'uscc' | 'name' | 'source'>,
): Promise<void> {
  if (met.length === 0) return;
  const operations = byCode(met).map((it) => ({
    updateOne: {
      filter: { _id: conversionId(it.source) },
      update: [
        {
          $set: {
            kind: it.source.kind,
            code: { $literal: it.source.code },
            keys: { $literal: conversionKeys(it.source) },
            names: namesUpdate(it.names),
            departments: departmentsUpdate(department),
            request: { $ifNull: ['$request', null] },
            firstSeenAt: { $ifNull: ['$firstSeenAt', '$$NOW'] },
            lastSeenAt: '$$NOW',
            ...stateUpdate(it),
          },
        },
      ],
      upsert: true,
    },
  }));
  await conversionModel.in(database).bulkWrite(operations, { ordered: false });
}

/** Sets where a code that waits leads now. */
export async function moveConversion(
  database: HubDatabase,
  id: string,
  to: Pick<ConversionMet, 'state' | 'uscc' | 'candidates'>,
): Promise<void> {
  await conversionModel
    .in(database)
    .updateOne({ _id: id, state: { $in: ['waiting', 'conflict'] } }, [{ $set: stateUpdate(to) }]);
}

/** Codes that wait and that a register's word about one of these keys may settle; at most `limit`. */
export async function listWaitingFor(
  database: HubDatabase,
  keys: readonly string[],
  limit: number,
): Promise<ConversionDocument[]> {
  if (keys.length === 0) return [];
  return conversionModel
    .in(database)
    .find({ keys: { $in: [...keys] }, state: { $in: ['waiting', 'conflict'] } })
    .limit(limit)
    .toArray();
}

/** Which conversions are listed, in the order of their ids; null: all. */
export type ConversionQuery = {
  readonly state: ConversionState | null;
  /** Code of the department. */
  readonly department: string | null;
  readonly after: string | null;
  readonly limit: number;
};

/** A page of the queue. */
export async function listConversions(
  database: HubDatabase,
  { state, department, after, limit }: ConversionQuery,
): Promise<ConversionDocument[]> {
  const filter: Filter<ConversionDocument> = {
    ...(state === null ? {} : { state }),
    ...(department === null ? {} : { 'departments.uscc': department }),
    ...(after === null ? {} : { _id: { $gt: after } }),
  };
  return conversionModel.in(database).find(filter).sort({ _id: 1 }).limit(limit).toArray();
}

/** The conversions of a code as it is written, of whatever kind. */
export async function findConversions(database: HubDatabase, code: string): Promise<ConversionDocument[]> {
  const ids = CONVERTIBLE_KINDS.map((kind) => conversionId({ kind, code }));
  return conversionModel
    .in(database)
    .find({ _id: { $in: [...ids, code] } })
    .toArray();
}

/** How many codes of one department are converted (存量代码转换率), each code counted once. */
export type ConversionRate = {
  readonly uscc: string;
  readonly name: string;
  readonly codes: number;
  readonly converted: number;
  readonly waiting: number;
  readonly conflict: number;
  readonly requested: number;
};

/** The conversion rate of each department, by its code. */
export async function listConversionRates(database: HubDatabase): Promise<ConversionRate[]> {
  const found = await conversionModel
    .in(database)
    .aggregate<{ _id: { uscc: string; state: ConversionState }; name: string; codes: number }>([
      { $unwind: '$departments' },
      {
        $group: {
          _id: { id: '$_id', uscc: '$departments.uscc' },
          state: { $first: '$state' },
          name: { $first: '$departments.name' },
        },
      },
      {
        $group: {
          _id: { uscc: '$_id.uscc', state: '$state' },
          name: { $first: '$name' },
          codes: { $sum: 1 },
        },
      },
    ])
    .toArray();
  const departments = Map.groupBy(found, (it) => it._id.uscc);
  return [...departments]
    .map(([uscc, rows]) => {
      const of = (state: ConversionState) => rows.find((it) => it._id.state === state)?.codes ?? 0;
      const [converted, waiting] = [of('converted'), of('waiting')];
      const [conflict, requested] = [of('conflict'), of('requested')];
      const codes = converted + waiting + conflict + requested;
      return { uscc, name: rows[0]?.name ?? '', codes, converted, waiting, conflict, requested };
    })
    .sort((a, b) => (a.uscc < b.uscc ? -1 : 1));
}

/** How many codes stand in one state. */
export async function countConversions(database: HubDatabase, state: ConversionState): Promise<number> {
  return conversionModel.in(database).countDocuments({ state });
}

/** Removes what the queue holds of a subject that turned out to be a person. */
export async function forgetConversions(database: HubDatabase, uscc: string): Promise<void> {
  const keys = [uscc, usccParts(uscc).orgCode];
  await conversionModel.in(database).deleteMany({ $or: [{ uscc }, { keys: { $in: keys } }] });
}

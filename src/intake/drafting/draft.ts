import type { Dataset } from '../../contracts/manifests/index.ts';
import type { Guess } from './guess-columns.ts';
import type { ColumnProfile } from './profile-columns.ts';

/** The department that a drafted connector reads for. */
export type DraftOwner = { readonly name: string; readonly uscc: string; readonly region: string };

/** What a drafted connector is made of. */
export type Draft = {
  readonly id: string;
  readonly owner: DraftOwner;
  readonly dataset: Dataset;
  /** The manifest's `source`, as it is written. */
  readonly source: Readonly<Record<string, unknown>>;
  /** Names rows at the source; null where no column does. */
  readonly key: string | null;
  /** Tells which rows are new, with the key behind it; null where no column does. */
  readonly changedAt: string | null;
  readonly guesses: readonly Guess[];
  readonly profiles: readonly ColumnProfile[];
  /** How many columns are left out of the draft because their names may be values of a row, or persons' names. */
  readonly doubtful: number;
  /** Rows that the profile was made of. */
  readonly rows: number;
};

const KEY_NAME = /(^|_)(id|uuid|guid|xh|lsh|zj|pk)$|主键|流水号|记录号/i;
const TIME_NAME =
  /(^|_)(sjc|gxsj|xgsj|upd|updated?(_?(at|time))?|update_time|last_modified|modify_time|gx_time|czsj)$|更新时间|修改时间|时间戳/i;
const WITHDRAWN_NAME = /(^|_)(sfcx|sfsc|cxbz|scbz|is_deleted|deleted|del_flag)$|是否撤销|是否删除/i;

/** A column that names its row: by its name, filled everywhere and never the same. */
export function findKeyColumn(profiles: readonly ColumnProfile[], rows: number): string | null {
  const sure = profiles.filter(
    (it) =>
      it.person === null &&
      it.filled === 1 &&
      it.distinct >= Math.min(rows, 1_000) &&
      KEY_NAME.test(it.column),
  );
  return sure[0]?.column ?? null;
}

/** A column that is named like a row's name, whatever its values are like. */
export function findLikelyKey(profiles: readonly ColumnProfile[]): string | null {
  return profiles.find((it) => it.person === null && KEY_NAME.test(it.column))?.column ?? null;
}

/** A column that tells when a row changed last. */
export function findTimeColumn(profiles: readonly ColumnProfile[]): string | null {
  return profiles.find((it) => it.filled === 1 && TIME_NAME.test(it.column))?.column ?? null;
}

/** A column that may say that a row is withdrawn; what its values mean only the department knows. */
export function findWithdrawnColumn(profiles: readonly ColumnProfile[]): string | null {
  return profiles.find((it) => WITHDRAWN_NAME.test(it.column))?.column ?? null;
}

import type { Platform } from '../../contracts/manifests/index.ts';
import type { WireRecord } from '../../contracts/messages/index.ts';
import type { CalendarDay } from '../../domain/calendar/index.ts';
import { detectPersonNumber, redactText } from '../../domain/subject/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import { decideAction, type NewestVersion, type RowAction } from './decide-action.ts';
import { mapRow, originOf, type Said } from './map-row.ts';

/** What a platform was told of a record last, as far as the next word depends on it. */
export type LastWord = { readonly v: number; readonly said: Said; readonly mayHold: boolean };

/** What a judgement goes by beside the record. */
export type JudgedAgainst = {
  readonly platform: Platform;
  readonly catalogue: Catalogue;
  readonly today: CalendarDay;
};

/** What becomes of one version at a platform, and what its row says. */
export type JudgedRecord = { readonly record: WireRecord; readonly action: RowAction; readonly said: Said };

/** A version that goes again, unchanged, says the same as the first time. */
function saidOf(record: WireRecord, action: RowAction, last: LastWord | null): Said {
  if (action.action !== 'put') return 'withdraw';
  if (last === null) return 'insert';
  if (last.v === record.v && last.said !== 'withdraw') return last.said;
  return last.mayHold ? 'correct' : 'insert';
}

/** Looks through the free texts of a row and the numbers of its documents for persons' numbers. */
function holdsPersonalData(
  dataset: string,
  cells: Readonly<Record<string, string>>,
  { platform, catalogue }: JudgedAgainst,
): boolean {
  const { fields, identity } = catalogue.getDataset(dataset);
  const texts = new Set(fields.filter((it) => it.type === 'text').map((it) => it.name));
  return Object.entries(platform.records[dataset]?.columns ?? {}).some(([name, column]) => {
    const origin = originOf(column);
    const text = cells[name] ?? '';
    if (origin === null || !texts.has(origin)) return false;
    return identity.includes(origin) ? detectPersonNumber(text) !== null : redactText(text).hits > 0;
  });
}

/** Judges one version for one platform, by the record as it stands now and by its row as it would go out. Pure. */
export function judgeRecord(
  record: WireRecord,
  known: { readonly newest: NewestVersion | null; readonly last: LastWord | null },
  against: JudgedAgainst,
): JudgedRecord {
  const { newest, last } = known;
  const { platform, today } = against;
  const decided = decideAction({ record, newest, told: last, platform, today });
  const judged = { record, action: decided, said: saidOf(record, decided, last) };
  if (decided.action !== 'put') return judged;
  if (!holdsPersonalData(record.dataset, mapRow(judged, '', against), against)) return judged;
  const action = last?.mayHold === true ? 'withdraw' : 'withhold';
  return { record, action: { action, reason: 'UNMASKED_PERSONAL_DATA' }, said: 'withdraw' };
}

import type { Platform, PlatformColumn } from '../../contracts/manifests/index.ts';
import type { WireRecord } from '../../contracts/messages/index.ts';
import { isSoleTrader } from '../../domain/subject/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';

/** What a row does at the platform. */
export type Said = 'insert' | 'correct' | 'withdraw';

/** Names that a column may come from beside the dataset's fields. */
export const RECORD_ORIGINS = [
  'record.key',
  'record.version',
  'record.batch',
  'record.operation',
  'record.decidedOn',
  'record.validFrom',
  'record.validUntil',
  'subject.uscc',
  'subject.name',
  'subject.category',
  'producer.uscc',
  'producer.name',
] as const;

/** Where a column's value comes from; null for a fixed one. */
export function originOf(column: PlatformColumn): string | null {
  if (typeof column === 'string') return column;
  return 'fixed' in column ? null : column.from;
}

function valueAt(record: WireRecord, origin: string): unknown {
  switch (origin) {
    case 'record.key':
      return record.key;
    case 'record.version':
      return String(record.v);
    case 'record.decidedOn':
      return record.decidedOn;
    case 'record.validFrom':
      return record.validFrom;
    case 'record.validUntil':
      return record.validUntil;
    case 'subject.uscc':
      return record.subject.uscc;
    case 'subject.name':
      return record.subject.name;
    case 'subject.category':
      return isSoleTrader(record.subject.uscc) ? '个体工商户' : '法人及非法人组织';
    case 'producer.uscc':
      return record.producer.uscc;
    case 'producer.name':
      return record.producer.name;
    default:
      return record.statement[origin];
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map(textOf).join('、') : '';
}

/** A calendar day YYYY-MM-DD by a pattern of YYYY, MM and DD. */
function dayBy(pattern: string, day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return day === '' ? '' : pattern.replace('YYYY', year).replace('MM', month).replace('DD', date);
}

/** 万元 with six places as 元 with two: the point moves, nothing is calculated. */
function yuanOf(wanYuan: string): string {
  const [whole = '0', places = ''] = wanYuan.split('.');
  const digits = `${whole}${places.padEnd(6, '0').slice(0, 6)}`;
  return `${digits.slice(0, -2).replace(/^0+(?=\d)/, '')}.${digits.slice(-2)}`;
}

function cellOf(record: WireRecord, column: PlatformColumn, catalogue: Catalogue): string {
  if (typeof column === 'string') return textOf(valueAt(record, column));
  if ('fixed' in column) return column.fixed;
  const value = valueAt(record, column.from);
  if ('date' in column) return dayBy(column.date, textOf(value));
  if ('money' in column) {
    const amount = textOf(value);
    return column.money === '元' && amount !== '' ? yuanOf(amount) : amount;
  }
  if ('values' in column) return column.values[textOf(value)] ?? textOf(value);
  const { labels } = catalogue.getCodeList(column.words);
  const codes = Array.isArray(value) ? value : [value];
  return codes
    .map((it) => labels.get(textOf(it)) ?? textOf(it))
    .filter((it) => it !== '')
    .join(column.join);
}

/** Rows of a batch before their number is known. */
export type DraftRow = { readonly record: WireRecord; readonly said: Said };

/** What a withdrawal repeats: it must tell nothing of a record that should never have gone out. */
const IN_WITHDRAWALS = new Set<string>(['record.key', 'record.version', 'producer.uscc', 'producer.name']);

/**
 * One record as a platform's row. A withdrawal repeats nothing of the statement or the subject: it names the
 * record and the authority.
 *
 * @param batch number of the batch; empty while the number is not known
 */
export function mapRow(
  draft: DraftRow,
  batch: string,
  with_: { readonly platform: Platform; readonly catalogue: Catalogue },
): Readonly<Record<string, string>> {
  const { platform, catalogue } = with_;
  const { record, said } = draft;
  const columns = platform.records[record.dataset]?.columns ?? {};
  const cells = Object.entries(columns).map(([name, column]) => {
    const origin = originOf(column);
    if (origin === 'record.operation') return [name, platform.operations[said]] as const;
    if (origin === 'record.batch') return [name, batch] as const;
    const silent = said === 'withdraw' && origin !== null && !IN_WITHDRAWALS.has(origin);
    return [name, silent ? '' : cellOf(record, column, catalogue)] as const;
  });
  return Object.fromEntries(cells);
}

/** Columns that carry what the exchange itself needs to know again. */
export function columnOf(platform: Platform, dataset: string, origin: string): string {
  const columns = platform.records[dataset]?.columns ?? {};
  return Object.entries(columns).find(([, it]) => originOf(it) === origin)?.[0] ?? '';
}

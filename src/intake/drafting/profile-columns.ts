import { DAY_FORMATS, findCalendarDay } from '../../domain/calendar/index.ts';
import { personFieldOf, type PersonField } from '../../domain/catalogue/index.ts';
import { assessUscc, detectPersonNumber, isMaskedName } from '../../domain/subject/index.ts';

/** What the filled cells of a column look like. */
export const VALUE_SHAPES = [
  'personNumber',
  'uscc',
  'damagedCode',
  'day',
  'integer',
  'decimal',
  'maskedName',
  'organisationName',
  'flag',
  'longText',
  'text',
] as const;
/** One word of {@link VALUE_SHAPES}. */
export type ValueShape = (typeof VALUE_SHAPES)[number];

/** What a sample of rows says of one column, without any of its values. */
export type ColumnProfile = {
  readonly column: string;
  /** Share of rows that say something, from 0 to 1. */
  readonly filled: number;
  /** How many different values were met; counted to 1,000. */
  readonly distinct: number;
  /** Share of each shape among the filled cells, the greatest first. */
  readonly shapes: readonly { readonly shape: ValueShape; readonly share: number }[];
  /** Forms that the days of the column are written in. */
  readonly dayFormats: readonly string[];
  /** Whether 长期 stands in the place of a day. */
  readonly unlimited: boolean;
  /** Characters of the longest value. */
  readonly longest: number;
  /** Whether values hold characters between the pieces of a list. */
  readonly separators: string;
  /** What is done with the column because it is about a person. */
  readonly person: PersonField | null;
};

/** What a department writes where a licence has no last day; the standard writes 2099/12/31. */
export const UNLIMITED = '长期';

const MAX_DISTINCT = 1_000;
const LONG_TEXT = 60;
const SEPARATORS = ['、', ';', '；', '，', ','];
const FLAGS = new Set(['0', '1', '是', '否', 'Y', 'N', 'y', 'n', 'true', 'false']);
const ORGANISATION =
  /(公司|厂|店|中心|合作社|局|院|所|学校|医院|协会|商行|超市|酒店|银行|集团|部|站|社|馆|委员会|政府)$/u;

function shapeOf(text: string): ValueShape {
  const bare = text.normalize('NFKC').trim().toUpperCase();
  if (/^[0-9A-Z]{18}$/.test(bare) && assessUscc(bare, { field: null }).uscc !== null) return 'uscc';
  if (/^\d(\.\d+)?E\+\d+$/.test(bare)) return 'damagedCode';
  if (detectPersonNumber(bare) !== null) return 'personNumber';
  if (FLAGS.has(text.trim())) return 'flag';
  if (findCalendarDay(bare) !== null) return 'day';
  if (/^-?\d{1,15}$/.test(bare)) return 'integer';
  if (/^-?\d{1,3}(,?\d{3})*\.\d+$/.test(bare)) return 'decimal';
  if (isMaskedName(text.trim())) return 'maskedName';
  if (ORGANISATION.test(text.trim())) return 'organisationName';
  return text.length > LONG_TEXT ? 'longText' : 'text';
}

/** Collects what a column looks like; keeps digests of its values no longer than itself. */
class ColumnCount {
  readonly column: string;
  #rows = 0;
  #filled = 0;
  #longest = 0;
  #unlimited = false;
  readonly #values = new Set<string>();
  readonly #shapes = new Map<ValueShape, number>();
  readonly #formats = new Map<string, number>();
  readonly #separators = new Map<string, number>();

  constructor(column: string) {
    this.column = column;
  }

  note(cell: string): void {
    this.#rows += 1;
    const text = cell.trim();
    if (text === '') return;
    this.#filled += 1;
    this.#unlimited ||= text === UNLIMITED;
    this.#longest = Math.max(this.#longest, Array.from(text).length);
    if (this.#values.size < MAX_DISTINCT) this.#values.add(text);
    const shape = shapeOf(text);
    this.#shapes.set(shape, (this.#shapes.get(shape) ?? 0) + 1);
    if (shape === 'day') this.#noteFormat(text);
    for (const it of SEPARATORS)
      if (text.includes(it)) this.#separators.set(it, (this.#separators.get(it) ?? 0) + 1);
  }

  #noteFormat(text: string): void {
    const format = DAY_FORMATS.find((it) => findCalendarDay(text, { formats: [it] }) !== null);
    if (format !== undefined) this.#formats.set(format, (this.#formats.get(format) ?? 0) + 1);
  }

  end(): ColumnProfile {
    const byCount = <T>(counts: ReadonlyMap<T, number>): [T, number][] =>
      [...counts].sort(([, a], [, b]) => b - a);
    return {
      column: this.column,
      filled: this.#rows === 0 ? 0 : this.#filled / this.#rows,
      distinct: this.#values.size,
      shapes: byCount(this.#shapes).map(([shape, count]) => ({ shape, share: count / this.#filled })),
      dayFormats: byCount(this.#formats).map(([format]) => format),
      unlimited: this.#unlimited,
      longest: this.#longest,
      separators: byCount(this.#separators)
        .filter(([, count]) => count >= this.#filled / 20)
        .map(([separator]) => separator)
        .join(''),
      person: personFieldOf(this.column),
    };
  }
}

/** Rows of a sample, in the order of their columns. */
export type SampleRows = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** Describes each column of a sample by its shape; no value of the sample is in what it gives. */
export function profileColumns({ columns, rows }: SampleRows): ColumnProfile[] {
  const counts = columns.map((it) => new ColumnCount(it));
  for (const cells of rows) counts.forEach((it, place) => it.note(cells[place] ?? ''));
  return counts.filter((it) => it.column !== '').map((it) => it.end());
}

/** Share of the filled cells that have a shape. */
export function shareOf({ shapes }: ColumnProfile, ...wanted: readonly ValueShape[]): number {
  return shapes.filter((it) => wanted.includes(it.shape)).reduce((sum, it) => sum + it.share, 0);
}

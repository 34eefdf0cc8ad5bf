import { REDACTED } from '../../domain/subject/index.ts';
import { isDoubtfulColumn } from '../connectors/index.ts';

/** What the values of a column look like; never a value itself. */
export type ColumnShape = 'empty' | 'integer' | 'decimal' | 'day' | 'time' | 'code18' | 'text';

/** A column of a source. */
export type FoundColumn = {
  readonly name: string;
  /** A guess from the rows that were read, or the type that a database declares. */
  readonly type: string;
};

const SHAPES: readonly (readonly [ColumnShape, RegExp])[] = [
  ['code18', /^[0-9A-HJ-NPQRTUWXY]{18}$/],
  ['integer', /^-?\d{1,15}$/],
  ['decimal', /^-?\d{1,15}\.\d+$/],
  ['day', /^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?$/],
  ['time', /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/],
];

/** The one shape that all values of a column have; empty ones do not count. */
export function shapeOf(values: readonly string[]): ColumnShape {
  const filled = values.map((it) => it.trim()).filter((it) => it !== '');
  if (filled.length === 0) return 'empty';
  return SHAPES.find(([, pattern]) => filled.every((it) => pattern.test(it)))?.[0] ?? 'text';
}

/** A column's name; a word that looks like a value – a header is missing – is not shown. */
export function shownName(name: string): string {
  return isDoubtfulColumn(name) ? REDACTED : name.slice(0, 100);
}

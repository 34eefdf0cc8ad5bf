import {
  REDACTED,
  detectPersonNumber,
  looksLikePersonName,
  maskName,
  redactText,
} from '../../domain/subject/index.ts';
import { treatmentOf, type RowCells } from './person-guard.ts';

const MAX_SHOWN = 200;

function redactValue(column: string, value: string, mapped: ReadonlySet<string>): string {
  const treatment = treatmentOf(column);
  if (treatment === 'mask') return maskName(value);
  if (treatment !== null || !mapped.has(column)) return REDACTED;
  if (detectPersonNumber(value) !== null) return REDACTED;
  if (looksLikePersonName(value)) return maskName(value);
  const { text } = redactText(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/**
 * A row as it may be stored, logged or shown: mapped columns only, names masked, numbers of persons and every
 * other column replaced by `〔不收〕`. Empty cells stay empty.
 */
export function redactRow(row: RowCells, mapped: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(
    row.columns.map((column, place) => {
      const value = row.cells[place] ?? '';
      return [column.slice(0, MAX_SHOWN), value === '' ? '' : redactValue(column, value, mapped)];
    }),
  );
}

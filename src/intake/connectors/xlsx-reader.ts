import { WorkbookReader } from '@cj-tech-master/excelts';
import type { FileSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { MAX_CELL_CHARACTERS, type FileRow } from './raw-page.ts';

type RichText = { readonly richText?: readonly { readonly text: string }[] };
type Shaped = RichText & { readonly result?: unknown; readonly text?: unknown; readonly error?: unknown };

/** The text a person sees in a cell: results of formulas, the words of rich text and links; a number in full digits. */
function textOfCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  if (value instanceof Date) return value.toISOString().slice(0, 19).replace('T', ' ');
  const shaped = value as Shaped;
  if (shaped.richText !== undefined) return shaped.richText.map((it) => it.text).join('');
  if ('result' in shaped) return textOfCell(shaped.result);
  if ('text' in shaped) return textOfCell(shaped.text);
  return typeof shaped.error === 'string' ? shaped.error : '';
}

function rowOf(row: number, values: readonly unknown[]): FileRow {
  let cut = false;
  // The reader counts columns from 1 and leaves holes for empty cells.
  const cells = Array.from({ length: Math.max(0, values.length - 1) }, (_, place) => {
    const text = textOfCell(values[place + 1]);
    if (text.length <= MAX_CELL_CHARACTERS) return text;
    cut = true;
    return text.slice(0, MAX_CELL_CHARACTERS);
  });
  return { row, cells, cut };
}

/**
 * The rows of one worksheet, header rows included. Days that the workbook holds as numbers come as Excel's day count.
 *
 * @throws BAD_WORKBOOK where the file is no whole workbook or has no such sheet
 */
export async function* readXlsx(path: string, source: FileSourceSpec): AsyncGenerator<FileRow[]> {
  const options = {
    worksheets: 'emit',
    sharedStrings: 'cache',
    hyperlinks: 'ignore',
    styles: 'ignore',
  } as const;
  let found = false;
  try {
    for await (const sheet of new WorkbookReader(path, options)) {
      if (source.sheet !== undefined && sheet.name !== source.sheet) continue;
      found = true;
      let rows: FileRow[] = [];
      for await (const row of sheet) {
        const values: unknown = row.values;
        rows.push(rowOf(row.number, Array.isArray(values) ? values : []));
        if (rows.length === 200) {
          yield rows;
          rows = [];
        }
      }
      yield rows;
      break;
    }
  } catch (cause) {
    throw new HubError('BAD_WORKBOOK', 'refused', 'the workbook cannot be read to its end', { cause });
  }
  if (!found) {
    const sheet = source.sheet === undefined ? 'no sheet' : `no sheet named ${source.sheet}`;
    throw new HubError('BAD_WORKBOOK', 'refused', `the workbook has ${sheet}`);
  }
}

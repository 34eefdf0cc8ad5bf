import { WorkbookReader } from '@cj-tech-master/excelts';
import type { FileSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { MAX_CELL_CHARACTERS, type FileRow, type RowNote } from './raw-page.ts';
import type { SurveyedFile } from './surveyed-file.ts';
import { CoveredCells, surveyWorkbook } from './workbook-survey.ts';

type RichText = { readonly richText?: readonly { readonly text: string }[] };
type Shaped = RichText & {
  readonly formula?: unknown;
  readonly sharedFormula?: unknown;
  readonly result?: unknown;
  readonly text?: unknown;
  readonly error?: unknown;
};
type Note = { readonly rule: RowNote['rule']; readonly place: number };

const isShaped = (value: unknown): value is Shaped =>
  typeof value === 'object' && value !== null && !(value instanceof Date);

/** The text a person sees in a cell: results of formulas, the words of rich text and links; a number in full digits. */
function textOfCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString().slice(0, 19).replace('T', ' ');
  const shaped = value as Shaped;
  if (shaped.richText !== undefined) return shaped.richText.map((it) => it.text).join('');
  if ('result' in shaped) return textOfCell(shaped.result);
  if ('text' in shaped) return textOfCell(shaped.text);
  return typeof shaped.error === 'string' ? shaped.error : '';
}

/** Whole numbers in full digits: as 1e+21 no rule would know a damaged code. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return '';
  return Number.isInteger(value) && Math.abs(value) >= 1e21 ? BigInt(value).toString() : String(value);
}

/** What a formula without a result shows, also where it was pasted as text. */
const ERROR_TEXT = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$/;

/** What the spreadsheet did to a cell. */
function rulesOf(value: unknown): RowNote['rule'][] {
  // The reader gives an error that a formula came to as no number.
  if (typeof value === 'number') return Number.isNaN(value) ? ['CELL_ERROR'] : ['NUMERIC_CODE'];
  if (typeof value === 'string') return ERROR_TEXT.test(value) ? ['CELL_ERROR'] : [];
  if (!isShaped(value)) return [];
  if (typeof value.error === 'string') return ['CELL_ERROR'];
  if (value.formula === undefined && value.sharedFormula === undefined && !('result' in value)) return [];
  return ['FORMULA_CELL', ...rulesOf(value.result)];
}

function rowOf(row: number, values: readonly unknown[], covered: readonly number[]): FileRow {
  let cut = false;
  const notes: Note[] = covered.map((place) => ({ rule: 'MERGED_CELL', place }));
  // The reader counts columns from 1 and leaves holes for empty cells.
  const cells = Array.from({ length: Math.max(0, values.length - 1) }, (_, place) => {
    const value = values[place + 1];
    for (const rule of rulesOf(value)) notes.push({ rule, place });
    const text = textOfCell(value);
    if (text.length <= MAX_CELL_CHARACTERS) return text;
    cut = true;
    return text.slice(0, MAX_CELL_CHARACTERS);
  });
  return { row, cells, cut, notes };
}

/**
 * The rows of one worksheet, header rows included. Days that the workbook holds as numbers come as Excel's day count.
 *
 * @throws WORKBOOK_TOO_LARGE, BAD_WORKBOOK where the file is no whole workbook or has no such sheet
 */
export async function* readXlsx(file: SurveyedFile, source: FileSourceSpec): AsyncGenerator<FileRow[]> {
  const survey = await surveyWorkbook(file.path);
  const options = {
    worksheets: 'emit',
    sharedStrings: 'cache',
    hyperlinks: 'ignore',
    styles: 'ignore',
  } as const;
  let found = false;
  try {
    for await (const sheet of new WorkbookReader(file.path, options)) {
      if (source.sheet !== undefined && sheet.name !== source.sheet) continue;
      found = true;
      const covered = new CoveredCells(survey.get(Number(sheet.id)) ?? []);
      let rows: FileRow[] = [];
      for await (const row of sheet) {
        const values: unknown = row.values;
        rows.push(rowOf(row.number, Array.isArray(values) ? values : [], covered.in(row.number)));
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

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetField } from '../../contracts/manifests/index.ts';
import { writeMarkedWorkbook, type MarkedColumn } from '../../infra/tables/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { Draft } from './draft.ts';

/** A list of choices that a spreadsheet takes: Excel's limit for one that stands in the cell itself. */
const MOST_CHOICES_CHARACTERS = 255;
/** Empty rows below the filled ones that have the form of a column too. */
const EMPTY_ROWS = 50;

/** A column of the template, and what a department is told of it. */
type Column = { readonly header: string; readonly field: DatasetField | null; readonly label: string };

const HINTS: Readonly<Partial<Record<DatasetField['type'], string>>> = {
  uscc: '18位统一社会信用代码，按文本填写',
  date: '年-月-日，如 2026-03-05，按文本填写',
  money: '数字，单位见表头或说明',
  integer: '整数',
  boolean: '是或否',
};

/** The department's own columns that are read, and behind them one for each mandatory field that none of them feeds. */
function columnsOf({ dataset, guesses, key }: Draft): Column[] {
  const fieldOf = (target: string): DatasetField | null =>
    dataset.fields.find((it) => it.name === target) ?? null;
  const own = guesses.map(({ target, profile }): Column => {
    const field = fieldOf(target);
    return {
      header: profile.column,
      field,
      label: field?.zh ?? (target === 'subject.uscc' ? '主体代码' : '主体'),
    };
  });
  const named =
    key === null || own.some((it) => it.header === key)
      ? []
      : [{ header: key, field: null, label: '行标识' }];
  const fed = new Set(guesses.map((it) => it.target));
  const missing = dataset.fields.filter((it) => it.required && !fed.has(it.name));
  return [...named, ...own, ...missing.map((field) => ({ header: field.zh, field, label: field.zh }))];
}

function choicesOf({ field }: Column, catalogue: Catalogue): readonly string[] {
  if (field?.type !== 'code' || field.codeList === undefined) return [];
  const words = [...catalogue.getCodeList(field.codeList).labels.values()];
  const fits = words.join(',').length <= MOST_CHOICES_CHARACTERS && !words.some((it) => it.includes(','));
  return fits ? words : [];
}

function hintOf(column: Column, choices: readonly string[]): string {
  const { field } = column;
  if (choices.length > 0) return `从列表选择：${choices.join('、')}`;
  const longest = field?.maxLength === undefined ? '' : `不超过${String(field.maxLength)}字`;
  return (field === null ? undefined : HINTS[field.type]) ?? longest;
}

/**
 * Writes `template.xlsx`, which a department can fill: its own columns that are read and what is missing among them, codes and
 * days as text, words of code lists to choose from, made-up rows that show how, and what is expected of each column.
 *
 * @param rows made-up rows in the order of the draft's profiles
 */
export async function writeTemplate(
  draft: Draft & { readonly directory: string },
  catalogue: Catalogue,
  rows: readonly (readonly string[])[],
): Promise<void> {
  const columns = columnsOf(draft);
  const choices = columns.map((it) => choicesOf(it, catalogue));
  const places = columns.map(({ header }) => draft.profiles.findIndex((it) => it.column === header));
  const filled = rows.map((cells) => places.map((it) => cells[it] ?? ''));
  const empty = Array.from({ length: EMPTY_ROWS }, () => columns.map(() => ''));
  const form = columns.map(({ header }, place): MarkedColumn => {
    const words = choices[place] ?? [];
    return { header, ...(words.length === 0 ? {} : { choices: words }) };
  });
  const about = columns.map((it, place) => [
    it.header,
    it.label,
    it.field === null || it.field.required ? '是' : '否',
    hintOf(it, choices[place] ?? []),
  ]);
  const bytes = await writeMarkedWorkbook([
    { name: '填报数据', columns: form, rows: [...filled, ...empty] },
    {
      name: '填报说明',
      columns: [
        { header: '列名', width: 28 },
        { header: '含义', width: 28 },
        { header: '必填', width: 8 },
        { header: '要求', width: 60, wrap: true },
      ],
      rows: about,
    },
  ]);
  writeFileSync(join(draft.directory, 'template.xlsx'), bytes);
}

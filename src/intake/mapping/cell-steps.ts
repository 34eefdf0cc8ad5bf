import type { DatasetField, MappingStep } from '../../contracts/manifests/index.ts';
import { findCalendarDay } from '../../domain/calendar/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { parseWanYuan, type MoneyUnit } from '../../domain/record/index.ts';

/** What a step makes of a cell: a text, a list of texts and what separates them, or the rule that it breaks. */
export type StepResult =
  | { readonly text: string; readonly list?: undefined; readonly fault?: undefined }
  | { readonly list: readonly string[]; readonly text?: undefined; readonly fault?: undefined }
  | { readonly fault: 'BAD_DATE' | 'BAD_AMOUNT'; readonly text?: undefined; readonly list?: undefined };

/** One step, ready to run on any cell. */
export type CellStep = (text: string) => StepResult;

/** Seen and unseen blanks around a text. */
const EDGES = /^[\s\u00AD\u200B-\u200F\u2060-\u2064\uFEFF]+|[\s\u00AD\u200B-\u200F\u2060-\u2064\uFEFF]+$/gu;
const WIDE = /[\uFF01-\uFF5E\u3000]/g;

/** A text without blanks around it. */
export function trimCell(text: string): string {
  return text.replace(EDGES, '');
}

const halfwidth = (text: string): string =>
  text.replace(WIDE, (it) => (it === '\u3000' ? ' ' : String.fromCharCode(it.charCodeAt(0) - 0xfee0)));

const WORDS: Readonly<Record<Extract<MappingStep, string>, (text: string) => string>> = {
  trim: trimCell,
  halfwidth,
  upper: (text) => text.toUpperCase(),
  normaliseBrackets: (text) => text.replaceAll('（', '(').replaceAll('）', ')'),
  digits: (text) => halfwidth(text).replace(/[^0-9.]/g, ''),
};

/** Days are few and rows are many: a text read before is not read again. */
function rememberDays(formats: readonly string[] | undefined, excelSerial: boolean): CellStep {
  const known = new Map<string, StepResult>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const day = findCalendarDay(text, { formats, excelSerial });
    const result: StepResult = day === null ? { fault: 'BAD_DATE' } : { text: day };
    if (known.size > 20_000) known.clear();
    known.set(text, result);
    return result;
  };
}

function money(unit: MoneyUnit): CellStep {
  return (text) => {
    try {
      return { text: parseWanYuan(text, unit) };
    } catch (error) {
      if (error instanceof HubError) return { fault: 'BAD_AMOUNT' };
      throw error;
    }
  };
}

/** Cuts at each of the given characters; the separators stay between the pieces, since some words contain one. */
function split(separators: string): CellStep {
  const pattern = new RegExp(`([${separators.replace(/[\\\]^-]/g, '\\$&')}])`, 'u');
  return (text) => ({ list: text.split(pattern) });
}

/** Makes a manifest's steps ready to run. @param excelSerial whether bare numbers are Excel's days */
export function compileSteps(steps: readonly MappingStep[], excelSerial: boolean): CellStep[] {
  return steps.map((step): CellStep => {
    if (typeof step === 'string') {
      const apply = WORDS[step];
      return (text) => ({ text: apply(text) });
    }
    if ('date' in step) return rememberDays(step.date, excelSerial);
    return 'money' in step ? money(step.money) : split(step.split);
  });
}

/** The steps that a field's type asks for where the manifest names none of their kind. */
export function stepsOfType(
  field: DatasetField | undefined,
  declared: readonly MappingStep[],
  excelSerial: boolean,
): CellStep[] {
  const has = (key: string): boolean => declared.some((it) => typeof it === 'object' && key in it);
  if (field?.type === 'date' && !has('date')) return [rememberDays(undefined, excelSerial)];
  if (field?.type === 'money' && !has('money')) return [money('万元')];
  if (field?.type === 'codes' && !has('split')) return [split('、，,;；')];
  if (field?.type === 'uscc') return compileSteps(['halfwidth', 'upper'], excelSerial);
  return [];
}

/** Runs steps one after the other; a list ends the line. */
export function runSteps(steps: readonly CellStep[], text: string): StepResult {
  let result: StepResult = { text };
  for (const step of steps) {
    if (result.text === undefined) return result;
    result = step(result.text);
  }
  return result;
}

import { hasUsccChecks } from './check-characters.ts';
import { findDamagedNumber } from './damaged-number.ts';
import { foldText } from './fold-text.ts';
import { detectPersonNumber, hasOldResidentShape, hasResidentChecks } from './person-number.ts';
import { isPlausibleBirthDate } from './birth-date.ts';

/** What stands in the place of a number that is not kept. */
export const REDACTED = '〔不收〕';

type Span = { readonly from: number; readonly to: number; readonly person: boolean };

const GROUPED_RESIDENT =
  /(?<!\d)\d{6}[\s\-_.]?\d{4}[\s\-_./年]?\d{2}[\s\-_./月]?\d{2}[\s\-_.日]?\d{3}[\s\-_.]?[\dX](?!\d)/g;
const GROUPED_PHONE = /(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)/g;
const SCIENTIFIC = /(?<![\d.A-Z])\d(?:\.\d+)?E\+?\d{2}(?![\dA-Z])/g;
const TRAVEL_DOCUMENT = /(?<![0-9A-Z])(?:[EGHM]\d{8}|E[A-Z]\d{7})(?![0-9A-Z])/g;
const LABELLED =
  /(?:护照|通行证|居住证|身份证|(?<!许可)证件)[^0-9A-Z]{0,8}([A-Z]{0,3}\d[0-9A-Z]{5,19})(?![0-9A-Z])/g;
const TOKEN = /[0-9A-Z]+/g;
const DIGITS = /\d+X?/g;

/** Whether any 18 characters in a longer run of digits are a resident number. */
function holdsResident(run: string): boolean {
  for (let from = 0; from + 18 <= run.length; from += 1) {
    if (hasResidentChecks(run.slice(from, from + 18))) return true;
  }
  return false;
}

/** Runs of 18 and 15 digits are taken out whatever they are; as a person's they count by their checks. */
function spanOfRun(run: string, from: number): Span | null {
  const digits = run.replace(/X$/, '');
  const to = from + run.length;
  if (run.length === 18 || digits.length === 18) {
    const candidate = run.slice(0, 18);
    return { from, to, person: isPlausibleBirthDate(candidate.slice(6, 14)) };
  }
  if (digits.length === 15) return { from, to, person: hasOldResidentShape(digits) };
  if (run.length > 18 && holdsResident(run)) return { from, to, person: true };
  return null;
}

const isOrganisation = (token: string): boolean => hasUsccChecks(token) && detectPersonNumber(token) === null;

function spansOfToken(token: string, start: number): Span[] {
  const spans: Span[] = [];
  for (const match of token.matchAll(DIGITS)) {
    const span = spanOfRun(match[0], start + match.index);
    if (span !== null) spans.push(span);
  }
  return spans;
}

function spansOf(pattern: RegExp, text: string, person: (match: string) => boolean): Span[] {
  return Array.from(text.matchAll(pattern), (it) => ({
    from: it.index,
    to: it.index + it[0].length,
    person: person(it[0]),
  }));
}

function labelledSpans(text: string): Span[] {
  return Array.from(text.matchAll(LABELLED), (it) => {
    const number = it[1] ?? '';
    const to = it.index + it[0].length;
    return { from: to - number.length, to, person: true };
  });
}

function findSpans(text: string): Span[] {
  const grouped = spansOf(GROUPED_RESIDENT, text, () => true).filter((it) => {
    const bare = text.slice(it.from, it.to).replace(/[^\dX]/g, '');
    return it.to - it.from > 18 && isPlausibleBirthDate(bare.slice(6, 14));
  });
  const scientific = spansOf(SCIENTIFIC, text, (it) => detectPersonNumber(it) !== null).filter(
    (it) => it.person,
  );
  const tokens = Array.from(text.matchAll(TOKEN), (it) => ({ token: it[0], from: it.index }));
  const codes = tokens.filter((it) => isOrganisation(it.token));
  const inCode = (span: Span): boolean =>
    codes.some((it) => span.from >= it.from && span.to <= it.from + it.token.length);
  const spans = [
    ...tokens.flatMap((it) => spansOfToken(it.token, it.from)),
    ...grouped,
    ...scientific,
    ...labelledSpans(text),
    ...spansOf(TRAVEL_DOCUMENT, text, () => true),
    ...spansOf(GROUPED_PHONE, text, () => false),
  ];
  return spans.filter((it) => !inCode(it)).sort((a, b) => a.from - b.from || b.to - a.to);
}

/** Spans that touch become one. */
function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last === undefined || span.from >= last.to) merged.push(span);
    else {
      merged[merged.length - 1] = {
        from: last.from,
        to: Math.max(last.to, span.to),
        person: last.person || span.person,
      };
    }
  }
  return merged;
}

/**
 * Replaces every number of a person inside free text by `〔不收〕`: resident numbers, permits, passports, damaged
 * 18-digit numbers, mobile phone numbers, and any other run of 15 or 18 digits. Right unified social credit codes
 * stay. Not for fields that identify a record: a document number may have 18 digits; test those by
 * {@link detectPersonNumber}.
 *
 * @returns the text, and how many places were replaced
 */
export function redactText(text: string): { text: string; hits: number } {
  // The shortest trace of a number, `3E+17`, has three digits; most texts have fewer and are not looked at.
  if (!/\p{N}[^\p{N}]*\p{N}[^\p{N}]*\p{N}/u.test(text)) return { text, hits: 0 };
  const folded = foldText(text);
  const spans = mergeSpans(findSpans(folded.text));
  let redacted = '';
  let done = 0;
  for (const span of spans) {
    redacted += text.slice(done, folded.origin[span.from]) + REDACTED;
    done = folded.origin[span.to] ?? text.length;
  }
  return { text: redacted + text.slice(done), hits: spans.length };
}

/** Whether a text that should be a code has a person's number inside, such as a label with a resident number. */
export function holdsPersonNumber(text: string): boolean {
  const folded = foldText(text).text;
  if (findDamagedNumber(folded.trim()) !== null) return false;
  return findSpans(folded).some((it) => it.person);
}

/**
 * Whether a resident number with the right check character stands in a text, by itself or behind words. For fields that
 * identify a record: other numbers of 15 or 18 digits may be a document's own.
 */
export function holdsResidentNumber(text: string): boolean {
  return Array.from(foldText(text).text.matchAll(DIGITS)).some(
    ([run]) => run.length === 18 && hasResidentChecks(run),
  );
}

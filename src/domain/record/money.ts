import { HubError } from '../hub-error.ts';

/** Units in which sources state amounts. */
export type MoneyUnit = '元' | '万元';

const PLACES = 6;
const MAX_INTEGER_DIGITS = 12;
/** 1 万元 = 10^4 元. */
const YUAN_SHIFT = 4;

function refuse(why: string): never {
  throw new HubError(
    'BAD_AMOUNT',
    'refused',
    `the amount ${why}; write plain digits with at most six decimals`,
  );
}

/** Takes away a currency sign, thousands separators and a unit that agrees with the declared one. */
function bareDigits(text: string, unit: MoneyUnit): string {
  let bare = text.normalize('NFKC').trim();
  const written = /(万元|元|万)$/u.exec(bare)?.[1];
  if (written !== undefined) {
    const meant: MoneyUnit = written === '元' ? '元' : '万元';
    if (meant !== unit) refuse(`carries the unit ${meant} where ${unit} is declared`);
    bare = bare.slice(0, -written.length).trim();
  }
  bare = bare.replace(/^¥\s*/u, '');
  return /^\d{1,3}(,\d{3})+(\.\d*)?$/.test(bare) ? bare.replaceAll(',', '') : bare;
}

/**
 * Parses an amount into 万元 with exactly six places, such as `12.500000`, by arithmetic on digits alone.
 *
 * @param unit the unit the source states amounts in; 元 is divided by ten thousand
 * @throws BAD_AMOUNT for signs, exponents, places that would be lost, more than 12 integer digits, or a unit in the
 *   text that contradicts the declared one
 * @see decimal(18,6) in 万元: CF_NR_FK and CF_NR_WFFF of the double-publication data standard
 */
export function parseWanYuan(text: string, unit: MoneyUnit): string {
  const parts = /^(\d*)(?:\.(\d*))?$/.exec(bareDigits(text, unit));
  const whole = parts?.[1] ?? '';
  const fraction = parts?.[2] ?? '';
  if (whole + fraction === '') refuse('is not a plain decimal number');
  const shift = unit === '元' ? YUAN_SHIFT : 0;
  const padded = whole.padStart(shift + 1, '0');
  const point = padded.length - shift;
  const integer = padded.slice(0, point).replace(/^0+(?=\d)/, '');
  const decimals = (padded.slice(point) + fraction).replace(/0+$/, '');
  if (decimals.length > PLACES) refuse(`has more than ${PLACES} places in 万元`);
  if (integer.length > MAX_INTEGER_DIGITS)
    refuse(`has more than ${MAX_INTEGER_DIGITS} integer digits in 万元`);
  return `${integer}.${decimals.padEnd(PLACES, '0')}`;
}

/** Whether a text is a canonical amount: at most 12 integer digits without leading zeros, and six places. */
export function isWanYuan(text: string): boolean {
  return /^(0|[1-9]\d{0,11})\.\d{6}$/.test(text);
}

/**
 * An amount for people: trailing zeros go, the unit stands behind; `12.500000` becomes `12.5万元`.
 *
 * @throws BAD_AMOUNT when the text is not a canonical amount
 */
export function formatWanYuan(amount: string): string {
  if (!isWanYuan(amount)) refuse('is not canonical (six places)');
  return `${amount.replace(/\.?0+$/, '')}万元`;
}

/** A number that a spreadsheet damaged: how many places it had, and the leading digits that survived. */
export type DamagedNumber = { readonly places: number; readonly known: string };

/** Excel keeps 15 significant digits; the rest becomes zeros. */
const EXCEL_DIGITS = 15;

/**
 * Finds the traces of a spreadsheet in a code: scientific notation (`9.137E+17`), or 18 digits that end in 000
 * after 15 significant ones. Null for a code without them.
 *
 * @param code normalised
 */
export function findDamagedNumber(code: string): DamagedNumber | null {
  const scientific = /^(\d)(?:\.(\d*))?\s*E\s*\+?(\d{1,2})$/.exec(code);
  if (scientific !== null) {
    const [, first = '', fraction = '', exponent = ''] = scientific;
    const places = Number(exponent) + 1;
    return { places, known: (first + fraction.replace(/0+$/, '')).slice(0, places) };
  }
  return /^[1-9]\d{14}000$/.test(code) ? { places: 18, known: code.slice(0, EXCEL_DIGITS) } : null;
}

import { FORMER_REGIONS } from './region-history.data.ts';
import { CURRENT_REGIONS } from './regions.data.ts';

/** The code that stands for registration with a State authority. */
const STATE_REGION = '100000';

function readTable(lines: readonly string[]): Map<string, string> {
  const table = new Map<string, string>();
  for (const line of lines) {
    for (const entry of line.split('|')) table.set(entry.slice(0, 6), entry.slice(6));
  }
  return table;
}

// The current name wins over a former one of the same code.
const NAMES = new Map([...readTable(FORMER_REGIONS), ...readTable(CURRENT_REGIONS), [STATE_REGION, '全国']]);
const PROVINCES = new Set(
  [...NAMES.keys()].filter((it) => it.endsWith('0000') && it !== STATE_REGION).map((it) => it.slice(0, 2)),
);

/** Whether two digits begin the code of a province, municipality, autonomous or special region. @see GB/T 2260 */
export function isKnownProvince(two: string): boolean {
  return PROVINCES.has(two);
}

/**
 * Whether six digits are or were a region code; 100000 stands for the State. Codes of abolished and renamed
 * regions stay known, since organisations registered there keep them. A miss is a warning, never a refusal:
 * the history is not complete.
 *
 * @see GB/T 2260
 */
export function isKnownRegion(code: string): boolean {
  return regionName(code) !== null;
}

/** The name of a region, the last one where it was abolished, or null for an unknown code. */
export function regionName(code: string): string | null {
  const name = NAMES.get(code);
  if (name !== undefined) return name;
  // GB/T 2260 gives every city with districts a unit `…01` named 市辖区, which the package behind the table leaves out.
  const city = code.endsWith('01') ? NAMES.get(`${code.slice(0, 4)}00`) : undefined;
  return city?.endsWith('市') === true && code.length === 6 ? '市辖区' : null;
}

/**
 * Whether a region is an ancestor or the region itself, by its code alone: 370306 lies within 370300 and 370000,
 * and everything within 100000.
 *
 * @param code six digits
 * @param ancestor six digits
 */
export function isWithinRegion(code: string, ancestor: string): boolean {
  if (ancestor === STATE_REGION) return true;
  const prefix = ancestor.endsWith('0000') ? 2 : ancestor.endsWith('00') ? 4 : 6;
  return code.length === 6 && ancestor.length === 6 && code.slice(0, prefix) === ancestor.slice(0, prefix);
}

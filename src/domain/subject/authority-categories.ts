/**
 * Registration authority (place 1) → institution categories (place 2). Categories were added after 2015, so a pair
 * that is missing here is a warning only.
 *
 * @see GB 32100-2015, table 1 and 2
 */
const CATEGORIES: Readonly<Record<string, string>> = {
  '1': '1239',
  '2': '19',
  '3': '123459',
  '4': '19',
  '5': '12349',
  '6': '129',
  '7': '129',
  '8': '19',
  '9': '123',
  A: '19',
  N: '1239',
  Y: '1',
};

/** Whether places 1 and 2 of a unified social credit code are a known pair. */
export function isKnownCategory(authority: string, category: string): boolean {
  return (CATEGORIES[authority] ?? '').includes(category);
}

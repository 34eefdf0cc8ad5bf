import type { CodeList } from '../../registry/catalogue/index.ts';

/** Codes of a list of words; `missed` where one of them is not in the list. */
export type Lookup = { readonly codes: readonly string[]; readonly missed: boolean };

/**
 * Looks up words that stand in pieces and separators. A word may contain a separator (`暂扣许可证、执照`): the longest
 * run of pieces that is a word counts. Each code once, in order of appearance.
 *
 * @param pieces word, separator, word, …
 */
export function lookupCodes(pieces: readonly string[], list: CodeList): Lookup {
  const codes = new Set<string>();
  let missed = false;
  for (let from = 0; from < pieces.length;) {
    let next = from + 2;
    let code: string | undefined;
    for (let to = pieces.length; to > from && code === undefined; to -= 2) {
      code = list.codes.get(pieces.slice(from, to).join('').trim());
      if (code !== undefined) next = to + 1;
    }
    const blank = (pieces[from] ?? '').trim() === '';
    if (code !== undefined) codes.add(code);
    else if (!blank) missed = true;
    from = next;
  }
  return { codes: [...codes], missed };
}

/** Characters that are not seen: zero-width ones, joiners, marks of direction, byte order mark, soft hyphen. */
const UNSEEN = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]/;

/** A text in half-width upper case without unseen characters, and where each of its characters came from. */
export type FoldedText = {
  readonly text: string;
  /** Index in the original text of each UTF-16 unit, and at last the original's length. */
  readonly origin: readonly number[];
};

function foldCharacter(character: string): string {
  const unit = character.charCodeAt(0);
  if (unit >= 0xff01 && unit <= 0xff5e) return String.fromCharCode(unit - 0xfee0).toUpperCase();
  if (unit === 0x3000 || unit === 0xa0) return ' ';
  if (unit < 0x80 || (unit >= 0x4e00 && unit <= 0x9fff)) return character.toUpperCase();
  // Circled, mathematical and superscript digits read as digits; anything that changes length stays.
  const folded = character.normalize('NFKC');
  return folded.length === 1 ? folded : character;
}

/** Folds a text character by character, so that what is found in it can be cut out of the original. */
export function foldText(text: string): FoldedText {
  let folded = '';
  const origin: number[] = [];
  let at = 0;
  for (const character of text) {
    if (!UNSEEN.test(character)) {
      const one = character.length === 1 ? foldCharacter(character) : character.normalize('NFKC');
      folded += one;
      for (let unit = 0; unit < one.length; unit += 1) origin.push(at);
    }
    at += character.length;
  }
  origin.push(text.length);
  return { text: folded, origin };
}

/** A code as it is compared: half width, upper case, trimmed, without unseen characters, quotes and Excel's `.0`. */
export function normaliseCode(text: string): string {
  return foldText(text)
    .text.trim()
    .replace(/^['"`‘’“”=]+|['"`‘’“”]+$/gu, '')
    .trim()
    .replace(/^(\d{15,18})\.0+$/, '$1');
}

/** A normalised code without the separators people write inside numbers. */
export function bareCode(code: string): string {
  return code.replace(/[\s\-‐-―−_.,/]/gu, '');
}

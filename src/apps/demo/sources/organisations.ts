import { organisationCodeCheckCharacter, usccCheckCharacter } from '../../../domain/subject/index.ts';

/** A made-up organisation; its code's subject part is QQQQ####, which is not assigned as far as we know. */
export type Organisation = { readonly uscc: string; readonly name: string };

const SERIAL = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** A right code for a serial number. @param head places 1–8: authority, category, region */
export function codeOf(head: string, serial: number): string {
  const digits = [3, 2, 1, 0].map(
    (place) => SERIAL[Math.floor(serial / SERIAL.length ** place) % SERIAL.length] ?? '0',
  );
  const organisation = `QQQQ${digits.join('')}`;
  const first17 = head + organisation + organisationCodeCheckCharacter(organisation);
  return first17 + usccCheckCharacter(first17);
}

/** Synthetic organisations of one region; every tenth is a sole trader with a trade name. */
export function organisationsOf(region: string, count: number, firstSerial: number): Organisation[] {
  return Array.from({ length: count }, (_, place) => {
    const serial = firstSerial + place;
    const trader = place % 10 === 9;
    const name = trader ? `测试${serial}号便利店` : `测试${serial}号商贸有限公司`;
    return { uscc: codeOf(`${trader ? '92' : '91'}${region}`, serial), name };
  });
}

/** Numbers from a seed, the same on every machine (mulberry32): from 0 up to but not including 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

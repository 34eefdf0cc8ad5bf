import { HubError } from '../../domain/hub-error.ts';

const PREFIX = 16;
const BYTES = 8;
/** Hashes in one part of {@link RunKeys.parts}: 4 MB. */
const PART = 500_000;
/** Most rows one run can tell apart; about 100 bytes each. */
export const MAX_RUN_ROWS = 5_000_000;

/** Which record keys a run has met, and with what content. Half of each hash suffices to tell rows of one run apart. */
export class RunKeys {
  readonly #seen = new Map<string, string>();

  /**
   * Notes a key.
   *
   * @returns `new`, `same` for equal content, `other` for different content
   * @throws RUN_TOO_LARGE
   */
  note(key: string, hash: string): 'new' | 'same' | 'other' {
    const known = this.#seen.get(key.slice(0, PREFIX));
    if (known !== undefined) return known === hash.slice(0, PREFIX) ? 'same' : 'other';
    if (this.#seen.size >= MAX_RUN_ROWS) {
      throw new HubError(
        'RUN_TOO_LARGE',
        'refused',
        `more than ${MAX_RUN_ROWS} rows in one run: split the input`,
      );
    }
    this.#seen.set(key.slice(0, PREFIX), hash.slice(0, PREFIX));
    return 'new';
  }

  /** Whether a key was met. */
  has(key: string): boolean {
    return this.#seen.has(key.slice(0, PREFIX));
  }

  /** The first eight bytes of each key met, in parts that a document of the store holds. */
  parts(): Buffer[] {
    return partsOf(this.#seen.keys());
  }
}

/** Hashes, hexadecimal, cut to eight bytes each and packed. */
export function partsOf(hashes: Iterable<string>): Buffer[] {
  const parts: Buffer[] = [];
  let rest: string[] = [];
  const pack = () => {
    parts.push(Buffer.from(rest.join(''), 'hex'));
    rest = [];
  };
  for (const hash of hashes) if (rest.push(hash.slice(0, PREFIX)) === PART) pack();
  if (rest.length > 0) pack();
  return parts;
}

/** Hashes that were packed by {@link partsOf}. */
export class PackedHashes {
  readonly #sorted: BigUint64Array;

  constructor(packed: Buffer) {
    const count = Math.floor(packed.byteLength / BYTES);
    this.#sorted = BigUint64Array.from({ length: count }, (_, at) =>
      packed.readBigUInt64BE(at * BYTES),
    ).sort();
  }

  /** Whether a hash, hexadecimal, is among them. */
  has(hash: string): boolean {
    const wanted = BigInt(`0x${hash.slice(0, PREFIX)}`);
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? 0n) < wanted) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low] === wanted;
  }
}

import { HubError } from '../../domain/hub-error.ts';

const PREFIX = 16;
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
}

/** Most documents that are kept, and most characters of their sources together. */
const MAX_DOCUMENTS = 1_000;
const MAX_CHARACTERS = 4 * 1_048_576;

/**
 * What was made of documents, by a key. The oldest go first: bounded by number, and by the length of the sources, since a
 * long document is many times its length in memory.
 */
export class KeptDocuments<T> {
  readonly #kept = new Map<string, { readonly made: T; readonly length: number }>();
  #characters = 0;

  get size(): number {
    return this.#kept.size;
  }

  get(key: string): T | undefined {
    return this.#kept.get(key)?.made;
  }

  /** Keeps what was made of a document as the newest. @param length characters of its source */
  keep(key: string, made: T, length: number): void {
    this.delete(key);
    this.#kept.set(key, { made, length });
    this.#characters += length;
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= MAX_DOCUMENTS && this.#characters <= MAX_CHARACTERS) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#characters -= this.#kept.get(key)?.length ?? 0;
    this.#kept.delete(key);
  }
}

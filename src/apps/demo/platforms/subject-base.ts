/** Organisations that a platform knows: name by unified social credit code. */
export type SubjectBase = ReadonlyMap<string, string>;

/** What a platform holds of one record. */
export type HeldRow = { readonly version: number; readonly withdrawn: boolean; readonly documentNo: string };

/** What a platform says of a row. */
export type Word = { readonly code: string; readonly text: string };

/** The rejection that platforms of this kind write. */
export const NO_SUCH_SUBJECT: Word = { code: '1001', text: '未查询到主体或查询到的主体信息不匹配' };

/** A row as every one of these platforms understands it. */
export type ReadRow = {
  readonly key: string;
  readonly version: number;
  readonly withdrawn: boolean;
  readonly subject: string;
  readonly name: string;
  readonly documentNo: string;
};

/** What the judgement of a row is; `taken` rows are held from now on. */
export type Judgement = 'taken' | 'duplicate' | 'stale' | 'unknown-subject';

/** The records that one platform holds, kept by key and version. */
export class Shelf {
  readonly #base: SubjectBase;
  readonly #rows = new Map<string, HeldRow>();

  constructor(base: SubjectBase) {
    this.#base = base;
  }

  /** Judges a row and keeps it when it is taken. A withdrawal needs no subject: it only takes away. */
  take(row: ReadRow): Judgement {
    const { key, version, withdrawn, subject, name, documentNo } = row;
    if (!withdrawn && this.#base.get(subject) !== name) return 'unknown-subject';
    const held = this.#rows.get(key);
    if (held !== undefined && held.version > version) return 'stale';
    if (held?.version === version && held.withdrawn === withdrawn) return 'duplicate';
    this.#rows.set(key, { version, withdrawn, documentNo });
    return 'taken';
  }

  /** The records it shows, by record key. */
  shown(): Map<string, HeldRow> {
    return new Map([...this.#rows].filter(([, it]) => !it.withdrawn));
  }
}

import type { Agreement } from '../../domain/recognition/index.ts';
import type { RecordKind } from '../../domain/record/index.ts';
import type { CalendarDay } from '../../domain/calendar/index.ts';

/** Recognition agreements this hub holds. */
export class Agreements {
  readonly #held: readonly Agreement[];

  constructor(held: readonly Agreement[]) {
    this.#held = held;
  }

  /**
   * The agreement under which a result of `origin` may have effect for `asker`: both are parties, the kind is
   * named and the day lies in its term; the newest version of the highest number wins. Null where there is none.
   */
  findFor(terms: { asker: string; origin: string; kind: RecordKind; on: CalendarDay }): Agreement | null {
    const fitting = this.#held.filter(
      (it) =>
        it.parties.includes(terms.asker) &&
        it.parties.includes(terms.origin) &&
        it.kinds.includes(terms.kind) &&
        it.from <= terms.on &&
        terms.on <= it.until,
    );
    return fitting.sort((a, b) => b.version - a.version)[0] ?? null;
  }

  /** Every agreement held. */
  list(): readonly Agreement[] {
    return this.#held;
  }
}

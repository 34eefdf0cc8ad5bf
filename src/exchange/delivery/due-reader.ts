import type { HubDatabase } from '../../infra/mongo/index.ts';
import { deliveryModel } from './delivery-store.ts';
import type { DeliveryDocument } from './delivery.ts';
import { soonAt } from './envelope-store.ts';

type Due = Pick<DeliveryDocument, '_id' | 'dueAt'>;

/** The least that a reader looks further than it saw. */
const STEP_MS = 1_000;

/** How far the next look goes: twice as far as the last one reached. Null: it cannot be told. */
function horizonOf(found: readonly Due[]): Date | null {
  const [first, last] = [found[0], found.at(-1)];
  if (first === undefined || last === undefined) return null;
  const [from, to] = [first.dueAt.getTime(), last.dueAt.getTime()];
  return new Date(to + 2 * (to - from) + STEP_MS);
}

/**
 * Reads what is due for one partner, again and again. It looks only a little further than it saw the time before, and at
 * everything where that is not enough: the embedded stand-ins for MongoDB read the whole of a range, whatever the limit
 * is, and a backlog of a million would be read anew for each envelope.
 */
export class DueReader {
  readonly #database: HubDatabase;
  readonly #partner: string;
  #horizon: Date | null = null;

  constructor(database: HubDatabase, partner: string) {
    this.#database = database;
    this.#partner = partner;
  }

  /** Ids of what is due, the longest due first, up to the limit. A hint only: the claim decides. */
  async next(limit: number): Promise<string[]> {
    const soon = soonAt(this.#database);
    const near = this.#horizon;
    let found = near === null || near >= soon ? [] : await this.#read(near, limit);
    if (found.length < limit) found = await this.#read(soon, limit);
    this.#horizon = horizonOf(found);
    return found.map((it) => it._id);
  }

  #read(until: Date, limit: number): Promise<Due[]> {
    const partner = this.#partner;
    return deliveryModel
      .in(this.#database)
      .find({ partner, state: 'pending', mode: 'PUSH', dueAt: { $lte: until } }, { projection: { dueAt: 1 } })
      .sort({ dueAt: 1, seq: 1 })
      .limit(limit)
      .toArray();
  }
}

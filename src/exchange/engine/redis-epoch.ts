import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { HintQueues } from '../../infra/queue/index.ts';
import { advanceCursor, readCursor } from '../relay/index.ts';

const CURSOR = 'redis-epoch';

/** How often Redis was found without our mark, over the life of the hub: emptied, or set back to an older copy. */
export function readEpoch(database: HubDatabase): Promise<number> {
  return readCursor(database, CURSOR);
}

/**
 * Tells one content of Redis from another. The number stands in MongoDB and as a mark in Redis; where they differ,
 * Redis was emptied or set back, and a new number begins. Job ids carry it, so that no job of an older content can
 * stand in the way of a hint.
 */
export class RedisEpoch {
  readonly #database: HubDatabase;
  readonly #queues: HintQueues;
  #current = 0;
  #looking = false;

  constructor(database: HubDatabase, queues: HintQueues) {
    this.#database = database;
    this.#queues = queues;
  }

  /** The number that job ids carry now. */
  current(): number {
    return this.#current;
  }

  /** Compares both; at most one look at a time, since a Redis that stands still answers none. @returns begun anew? */
  async look(): Promise<boolean> {
    if (this.#looking || !this.#queues.available()) return false;
    this.#looking = true;
    try {
      const mark = await this.#queues.readMark();
      const stored = await readEpoch(this.#database);
      const begun = mark !== String(stored) || stored === 0;
      const next = begun ? stored + 1 : stored;
      if (begun) {
        await advanceCursor(this.#database, CURSOR, next);
        await this.#queues.writeMark(String(next));
      }
      this.#current = next;
      return begun;
    } finally {
      this.#looking = false;
    }
  }
}

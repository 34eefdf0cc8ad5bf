import type { HubDatabase } from '../../infra/mongo/index.ts';
import { appendAudit, type AuditEntry } from '../../registry/audit/index.ts';
import type { Asker } from './asker.ts';

/** Longest a read waits for others to be written together, in milliseconds. */
const GROUP_MS = 4;

/** Which records one request showed, by dataset. Keys are hashes: no value of a record is noted. */
export class ReadCollector {
  readonly #keys = new Map<string, Set<string>>();

  /** Notes a record that is about to be shown. */
  add(dataset: string, key: string): void {
    const known = this.#keys.get(dataset);
    if (known === undefined) this.#keys.set(dataset, new Set([key]));
    else known.add(key);
  }

  /** Takes what was noted since the last call. */
  take(): { dataset: string; keys: string[] }[] {
    const taken = [...this.#keys].map(([dataset, keys]) => ({ dataset, keys: [...keys] }));
    this.#keys.clear();
    return taken;
  }
}

type Waiting = {
  readonly entries: readonly AuditEntry[];
  readonly done: () => void;
  readonly failed: (e: unknown) => void;
};

/** Writes what partners read, in groups, before the answers go out. */
export class ReadLog {
  readonly #database: HubDatabase;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(database: HubDatabase) {
    this.#database = database;
  }

  /** Notes what a request read; resolves once it is stored. The public channel reads public data and is not noted. */
  async commit(reads: ReadCollector, asker: Asker, traceId: string): Promise<void> {
    const taken = reads.take();
    if (asker.channel === 'PUBLIC' || taken.length === 0) return;
    const entries = taken.map(({ dataset, keys }) => ({
      event: 'READ',
      actor: asker.hub ?? asker.channel,
      purpose: asker.purpose,
      code: null,
      details: { dataset, keys, traceId, onBehalfOf: asker.onBehalfOf, basis: asker.basis },
    }));
    await new Promise<void>((done, failed) => {
      this.#waiting.push({ entries, done, failed });
      this.#timer ??= setTimeout(() => void this.#flush(), GROUP_MS);
    });
  }

  async #flush(): Promise<void> {
    const group = this.#waiting;
    this.#waiting = [];
    this.#timer = null;
    try {
      await appendAudit(
        this.#database,
        group.flatMap((it) => it.entries),
      );
      for (const it of group) it.done();
    } catch (error) {
      for (const it of group) it.failed(error);
    }
  }
}

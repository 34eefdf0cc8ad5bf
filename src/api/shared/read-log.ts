import type { HubDatabase } from '../../infra/mongo/index.ts';
import { appendAudit, type AuditEntry } from '../../registry/audit/index.ts';
import type { Asker } from './asker.ts';

/** Longest a read waits for others to be written together, in milliseconds. */
const GROUP_MS = 4;

/** Whose record was shown: the authority that made the statement, and the source it came by. */
export type ShownRecord = {
  readonly dataset: string;
  readonly key: string;
  /** Code of the authority; null where only the record's place in the feed was shown. */
  readonly producer: string | null;
  /** Connector or hub. */
  readonly source: string | null;
};

type Group = Omit<ShownRecord, 'key'> & { readonly keys: string[] };

/** Which records one request showed, by dataset, authority and source. Keys are hashes: no value of a record is noted. */
export class ReadCollector {
  readonly #shown = new Map<string, ShownRecord>();

  /** Notes a record that is about to be shown. */
  add(shown: ShownRecord): void {
    this.#shown.set(`${shown.dataset}|${shown.key}`, shown);
  }

  /** Takes what was noted since the last call. */
  take(): Group[] {
    const groups = Map.groupBy(this.#shown.values(), (it) => `${it.dataset}|${it.producer}|${it.source}`);
    this.#shown.clear();
    return [...groups.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { dataset, producer, source } = first;
      return [{ dataset, producer, source, keys: group.map((it) => it.key) }];
    });
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
    const { onBehalfOf, basis } = asker;
    const entries = taken.map((group) => ({
      event: 'READ',
      actor: asker.hub ?? asker.channel,
      purpose: asker.purpose,
      code: null,
      details: { ...group, traceId, onBehalfOf, basis },
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

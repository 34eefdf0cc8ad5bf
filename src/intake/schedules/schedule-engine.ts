import { JOBS } from '../../contracts/jobs/index.ts';
import { hubErrorOf } from '../../infra/mongo/index.ts';
import type { HintQueues } from '../../infra/queue/index.ts';
import type { LoadedConnector } from '../connectors/index.ts';
import { runDue, type DueParts } from './run-due.ts';
import { followManifests, listDue, listSchedules } from './schedule-store.ts';

const SWEEP_MS = 1_000;
/** So long a hint may take to reach a worker; then the sweep starts the run itself. */
const HINT_PATIENCE_MS = 3_000;
/** The index in Redis is written anew so often: it may have been emptied. */
const INDEX_EVERY_MS = 30_000;

/** What the schedules of one process need. */
export type ScheduleOptions = {
  /** What runs need now: manifests and catalogue change while the hub runs. */
  readonly parts: () => Omit<DueParts, 'signal'>;
  readonly connectors: () => readonly LoadedConnector[];
  /** Null: no Redis; the sweep starts every run. */
  readonly queues: HintQueues | null;
};

/**
 * Starts connectors when they are due. MongoDB says when; the sweep over it each second is the truth, and a scheduler
 * in Redis only wakes a worker, of any process, on time.
 */
export class ScheduleEngine {
  readonly #options: ScheduleOptions;
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #consumed = new Set<string>();
  readonly #ending = new AbortController();
  #followed: readonly LoadedConnector[] | null = null;
  #indexedAtMs = Number.NEGATIVE_INFINITY;
  #loop: Promise<void> | null = null;
  #wake: () => void = () => undefined;

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  /** Starts the sweep. */
  start(): void {
    this.#loop = this.#run();
  }

  /** Ends the sweep, and each run between two of its steps; what is left is taken up where it stood. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#wake();
    await this.#loop;
    await Promise.allSettled(this.#running.values());
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await this.#sweep().catch((error: unknown) => {
        const { code, message } = hubErrorOf(error);
        this.#options.parts().log.warn({ code, message }, 'schedules were not looked at; it is tried again');
      });
      await this.#pause();
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#ending.signal.aborted ? 0 : SWEEP_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #sweep(): Promise<void> {
    const { queues, parts } = this.#options;
    const { database } = parts();
    const connectors = this.#options.connectors();
    if (connectors !== this.#followed) {
      await followManifests(database, connectors);
      this.#followed = connectors;
      this.#indexedAtMs = Number.NEGATIVE_INFINITY;
    }
    await this.#index();
    const nowMs = database.clock.now().getTime();
    for (const { _id, nextRunAt } of await listDue(database)) {
      const isHinted = queues?.available() === true && nowMs - nextRunAt.getTime() < HINT_PATIENCE_MS;
      if (!isHinted) void this.#start(_id);
    }
  }

  /** Keeps the schedulers in Redis as the schedules are, and a worker of this process at each of their queues. */
  async #index(): Promise<void> {
    const { queues, parts } = this.#options;
    if (queues?.available() !== true || performance.now() - this.#indexedAtMs < INDEX_EVERY_MS) return;
    this.#indexedAtMs = performance.now();
    const schedules = await listSchedules(parts().database);
    for (const { _id: connector, cron, tz, paused } of schedules) {
      const queue = JOBS.runConnector.queue(connector);
      if (!this.#consumed.has(connector)) {
        this.#consumed.add(connector);
        queues.consume(queue, async (payload) => {
          await this.#start(JOBS.runConnector.payload.parse(payload).connector);
        });
      }
      await queues.repeat(queue, paused ? null : { cron, tz }, { connector });
    }
    const kept = new Set(schedules.map((it) => it._id));
    for (const connector of this.#consumed)
      if (!kept.has(connector)) await queues.repeat(JOBS.runConnector.queue(connector), null, { connector });
  }

  /** Runs a connector where it is due, once at a time in this process. */
  #start(id: string): Promise<unknown> {
    const running = this.#running.get(id);
    if (running !== undefined) return running;
    const connector = this.#options.connectors().find((it) => it.metadata.id === id);
    if (connector === undefined || this.#ending.signal.aborted) return Promise.resolve();
    const { signal } = this.#ending;
    const work = runDue({ ...this.#options.parts(), signal }, connector)
      .catch((error: unknown) => {
        const { code, message } = hubErrorOf(error);
        this.#options.parts().log.warn({ connector: id, code, message }, 'a due connector was not run');
      })
      .finally(() => this.#running.delete(id));
    this.#running.set(id, work);
    return work;
  }
}

import { Worker } from 'node:worker_threads';
import { HubError } from '../../domain/hub-error.ts';

/** What an expression came to: its value (undefined where it has none), or that it failed or went over its limit. */
export type Evaluation = { readonly value: unknown } | { readonly fault: 'FAILED' | 'LIMIT' };

/** What the thread is started with. */
export type WorkerSetup = {
  readonly texts: readonly string[];
  readonly place: SharedArrayBuffer;
  readonly timeoutMs: number;
  readonly patienceMs: number;
};

/** What the thread is asked. */
export type WorkerOrder = {
  readonly id: number;
  readonly inputs: readonly object[];
  /** Places of the expressions among the texts. */
  readonly which: readonly number[];
  readonly bindings: Readonly<Record<string, unknown>>;
  /** Row to begin with. */
  readonly from: number;
  /** Expressions that ended the thread at that row. */
  readonly skip: readonly number[];
};

type Answer = { readonly id: number; readonly row: number; readonly results: readonly Evaluation[] };

/** What JSONata itself allows one evaluation, in milliseconds, and the second try. */
const TIMEOUT_MS = 50;
const PATIENCE_MS = 500;
/** One evaluation that says nothing for so long has left JSONata's own limits behind: its thread is ended. */
const SILENCE_MS = 1_500;
/** A thread without work is ended after so long. */
const IDLE_MS = 5_000;
const MAX_ENDED = 10;
const MAX_MEMORY_MB = 128;

/**
 * Runs JSONata expressions over rows in a thread of its own, which is ended where one expression goes over its limit:
 * 50 ms, half a second at the second try, 200 calls deep, 128 MiB. The thread starts with the first rows and ends by
 * itself when nothing more comes.
 */
export class Evaluator {
  readonly #texts: readonly string[];
  readonly #maxEnded: number;
  readonly #place = new SharedArrayBuffer(12);
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #orders = 0;
  #ended = 0;

  /** @param maxEnded after so many ended threads the expressions are given up */
  constructor(texts: readonly string[], maxEnded = MAX_ENDED) {
    this.#texts = texts;
    this.#maxEnded = maxEnded;
  }

  /**
   * Evaluates expressions over each input; the results stand in the order of the inputs and of `which`.
   *
   * @param which places of the expressions among the texts
   * @throws EXPRESSION_TOO_SLOW where the thread had to be ended again and again
   */
  evaluate(
    inputs: readonly object[],
    which: readonly number[],
    bindings: Readonly<Record<string, unknown>>,
  ): Promise<Evaluation[][]> {
    if (inputs.length === 0 || which.length === 0) return Promise.resolve(inputs.map(() => []));
    const turn = this.#turn.then(() => this.#evaluateAll({ inputs, which, bindings }));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #evaluateAll(task: Pick<WorkerOrder, 'inputs' | 'which' | 'bindings'>): Promise<Evaluation[][]> {
    const results: Evaluation[][] = [];
    let skip: number[] = [];
    let stoppedAt = -1;
    while (results.length < task.inputs.length) {
      const from = results.length;
      if (from !== stoppedAt) skip = [];
      const culprit = await this.#order({ ...task, id: (this.#orders += 1), from, skip }, results);
      if (culprit === null) break;
      stoppedAt = results.length;
      skip = from === stoppedAt ? [...skip, culprit] : [culprit];
      this.#ended += 1;
      if (this.#ended > this.#maxEnded)
        throw new HubError(
          'EXPRESSION_TOO_SLOW',
          'config',
          `goes over its limit: ${this.#texts[culprit] ?? ''}`,
        );
    }
    return results;
  }

  /** One order; gives the expression that ended the thread, or null when all rows are answered. */
  async #order(order: WorkerOrder, results: Evaluation[][]): Promise<number | null> {
    clearTimeout(this.#idle);
    const worker = this.#open();
    const at = new Int32Array(this.#place);
    const isDone = await new Promise<boolean>((resolve) => {
      let seen = Atomics.load(at, 2);
      let since = Date.now();
      const watch = setInterval(() => {
        const now = Atomics.load(at, 2);
        if (now === seen && Date.now() - since > SILENCE_MS) end(false);
        if (now !== seen) [seen, since] = [now, Date.now()];
      }, SILENCE_MS / 10);
      const end = (done: boolean): void => {
        clearInterval(watch);
        worker.off('message', take).off('error', fail);
        resolve(done);
      };
      const take = ({ id, results: row }: Answer): void => {
        if (id !== order.id) return;
        results.push([...row]);
        if (results.length === order.inputs.length) end(true);
      };
      const fail = (): void => end(false);
      worker.on('message', take).on('error', fail);
      worker.postMessage(order);
    });
    if (isDone) {
      this.#idle = setTimeout(() => void this.#end(), IDLE_MS).unref();
      return null;
    }
    await this.#end();
    return Atomics.load(at, 1);
  }

  #open(): Worker {
    if (this.#worker !== null) return this.#worker;
    const setup: WorkerSetup = {
      texts: this.#texts,
      place: this.#place,
      timeoutMs: TIMEOUT_MS,
      patienceMs: PATIENCE_MS,
    };
    this.#worker = new Worker(new URL('./expression-worker.ts', import.meta.url), {
      workerData: setup,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY_MB },
    });
    // A thread without work keeps no process alive; while there is work the watch does.
    this.#worker.unref();
    this.#worker.on('error', () => undefined);
    return this.#worker;
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}

import type { HubFile } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { Caller } from '../../exchange/partners/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import type { Access, Entry } from './access.ts';

/** How often a process looks whether a right ended, in milliseconds; a revocation holds everywhere within two seconds. */
const LOOK_EVERY_MS = 500;

/** A request that runs. */
type Running = { readonly entry: Entry; readonly controller: AbortController };

/** What the watch looks at. */
export type WatchParts = {
  readonly access: Access;
  readonly caller: Caller;
  /** The hub file where it was changed since the last look, or null. It throws where the file is faulty. */
  readonly readHubFile: () => HubFile | null;
  readonly log: Logger;
};

/** Whether a signal was aborted because a right ended; then nothing of the answer may go out. */
export function findRevocation(signal: AbortSignal): HubError | null {
  const reason: unknown = signal.reason;
  return reason instanceof HubError && reason.code === 'ACCESS_REVOKED' ? reason : null;
}

/** The requests that run under a right, so that they end with it. */
export class RunningRequests {
  readonly #running = new Set<Running>();

  /** Notes a request until its signal's controller is handed back by the returned function. */
  add(entry: Entry, controller: AbortController): () => void {
    if (entry.held === null) return () => undefined;
    const running = { entry, controller };
    this.#running.add(running);
    return () => this.#running.delete(running);
  }

  /** Ends each request whose right ended. @returns how many */
  endThose(findEnd: (entry: Entry) => HubError | null): number {
    let ended = 0;
    for (const running of this.#running) {
      const end = findEnd(running.entry);
      if (end === null) continue;
      running.controller.abort(end);
      this.#running.delete(running);
      ended += 1;
    }
    return ended;
  }
}

/** Looks twice a second at hub file, keys and revocations, and ends what they no longer allow. */
export class AccessWatch {
  readonly #parts: WatchParts;
  readonly #running: RunningRequests;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  #fileIsFaulty = false;

  constructor(parts: WatchParts, running: RunningRequests) {
    this.#parts = parts;
    this.#running = running;
  }

  /** Whether the hub file was changed to one that cannot be read: the former terms stand until it is put right. */
  get fileIsFaulty(): boolean {
    return this.#fileIsFaulty;
  }

  /** Begins to look. */
  start(): void {
    this.#next();
  }

  /** One look. */
  async look(): Promise<void> {
    const { access, caller, log } = this.#parts;
    this.#takeFile();
    await caller.directory.refreshKeys(caller.database, { force: true });
    await access.readRevocations();
    const ended = this.#running.endThose((entry) => access.findEnd(entry));
    if (ended > 0) log.warn({ ended }, 'requests ended with the right they ran under');
  }

  /** Ends looking. */
  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #takeFile(): void {
    const { access, log, readHubFile } = this.#parts;
    try {
      const changed = readHubFile();
      if (changed === null) return;
      access.takeTerms(changed);
      this.#fileIsFaulty = false;
      log.info('keys and query terms of the changed hub file are taken');
    } catch (error) {
      this.#fileIsFaulty = true;
      log.error({ err: error }, 'the changed hub file is faulty: the former terms stand');
    }
  }

  #next(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.look()
        .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'rights could not be looked at'))
        .finally(() => this.#next());
    }, LOOK_EVERY_MS).unref();
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { HubError, toHubError } from '../../domain/hub-error.ts';

/** An error of an answer, as far as asking for many codes looks at it. */
export type AnswerError = {
  readonly message?: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
};

/** An answer of a hub; the local one has no header fields. */
export type BulkReply = {
  readonly status: number;
  readonly headers: Headers | null;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly AnswerError[];
};

/** Asks one question. @throws HTTP_TIMEOUT, HTTP_UNREACHABLE and others when no answer came */
export type BulkAsker = (source: string, variables: Readonly<Record<string, unknown>>) => Promise<BulkReply>;

const TRIES = 6;
const FIRST_WAIT_MS = 1_000;
const QUOTA_WAIT_MS = 5_000;
/** A hub that asks for a longer pause is taken at its word: the command ends, and goes on when it is run again. */
const LONGEST_WAIT_MS = 900_000;

function secondsIn(text: string | null | undefined): number | null {
  const seconds = Number(text ?? Number.NaN);
  return text != null && text.trim() !== '' && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** How long `Retry-After` asks to wait, in milliseconds, or null. @see RFC 9110 section 10.2.3 */
export function retryAfterMs(headers: Headers | null, now: number): number | null {
  const said = headers?.get('retry-after') ?? null;
  const seconds = secondsIn(said);
  if (seconds !== null) return seconds * 1_000;
  const at = said === null ? Number.NaN : Date.parse(said);
  return Number.isFinite(at) ? Math.max(0, at - now) : null;
}

/**
 * How long to wait before the next question because the quota is used up, in milliseconds; 0 where some is left.
 * Reads `RateLimit: "name";r=0;t=12` and the older `RateLimit-Remaining` with `RateLimit-Reset`.
 */
export function quotaWaitMs(headers: Headers | null): number {
  const policies = (headers?.get('ratelimit') ?? '').split(',').map((policy) => ({
    left: secondsIn(/;\s*r=(\d+)/.exec(policy)?.[1]),
    seconds: secondsIn(/;\s*t=(\d+)/.exec(policy)?.[1]),
  }));
  policies.push({
    left: secondsIn(headers?.get('ratelimit-remaining')),
    seconds: secondsIn(headers?.get('ratelimit-reset')),
  });
  const used = policies.filter((it) => it.left === 0).map((it) => (it.seconds ?? 0) * 1_000);
  return Math.max(0, ...used);
}

/** The stable code of an error, or null. */
export function errorCodeOf(error: AnswerError | undefined): string | null {
  const code = error?.extensions?.['code'];
  return typeof code === 'string' ? code : null;
}

type Verdict = 'answered' | 'quota' | 'again' | 'refused';

function verdictOn(reply: BulkReply): Verdict {
  const [first] = reply.errors;
  if (reply.status === 429 || errorCodeOf(first) === 'RATE_LIMITED') return 'quota';
  if (reply.data !== null) return 'answered';
  if (reply.status >= 500 || first?.extensions?.['retryable'] === true) return 'again';
  return 'refused';
}

/** Waits are told, and counted. */
export type Waiting = {
  readonly onWait: (ms: number) => void;
  /** Waits; a test hands its own over. */
  readonly wait?: (ms: number) => Promise<unknown>;
};

/** Asks a hub within its quota: waits when it says so, and tries again what may succeed later. */
export class PatientAsker {
  readonly #ask: BulkAsker;
  readonly #waiting: Waiting;
  /** Time spent waiting, in milliseconds. */
  waitedMs = 0;
  #nextWaitMs = 0;

  constructor(ask: BulkAsker, waiting: Waiting) {
    this.#ask = ask;
    this.#waiting = waiting;
  }

  async #wait(ms: number): Promise<void> {
    if (ms <= 0) return;
    if (ms > LONGEST_WAIT_MS) {
      const said = `the hub asks for a pause of ${Math.ceil(ms / 1_000)} s: run the same command later, it goes on where it ended`;
      throw new HubError('HUB_NOT_ANSWERING', 'transient', said);
    }
    this.#waiting.onWait(ms);
    this.waitedMs += ms;
    await (this.#waiting.wait ?? delay)(ms);
  }

  async #once(source: string, variables: Readonly<Record<string, unknown>>): Promise<BulkReply | HubError> {
    try {
      return await this.#ask(source, variables);
    } catch (error) {
      const fault = toHubError(error);
      if (fault.kind !== 'transient') throw fault;
      return fault;
    }
  }

  /**
   * Asks until there is an answer or a refusal.
   *
   * @throws HUB_NOT_ANSWERING after six tries; every code of asking that does not pass by itself
   */
  async ask(source: string, variables: Readonly<Record<string, unknown>>): Promise<BulkReply> {
    let failures = 0;
    for (;;) {
      await this.#wait(this.#nextWaitMs);
      this.#nextWaitMs = 0;
      const reply = await this.#once(source, variables);
      if (!(reply instanceof HubError)) {
        const verdict = verdictOn(reply);
        this.#nextWaitMs = quotaWaitMs(reply.headers);
        if (verdict === 'answered' || verdict === 'refused') return reply;
        if (verdict === 'quota') {
          this.#nextWaitMs = retryAfterMs(reply.headers, Date.now()) ?? (this.#nextWaitMs || QUOTA_WAIT_MS);
          continue;
        }
      }
      failures += 1;
      if (failures >= TRIES) {
        const why = reply instanceof HubError ? reply.code : (errorCodeOf(reply.errors[0]) ?? reply.status);
        const said = `no answer after ${TRIES} tries (${why}): run the same command later, it goes on where it ended`;
        throw new HubError('HUB_NOT_ANSWERING', 'transient', said);
      }
      const headers = reply instanceof HubError ? null : reply.headers;
      this.#nextWaitMs = retryAfterMs(headers, Date.now()) ?? FIRST_WAIT_MS * 2 ** (failures - 1);
    }
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { RestSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { callHttp, RateBudget, retryAfterMs, type HttpAnswer } from '../../infra/http/index.ts';
import { authorize, forgetToken } from './http-auth.ts';

const MAX_PAGE_BYTES = 33_554_432;
const FIRST_WAIT_MS = 250;
/** Longest that one run waits for a feed, all waits together. */
const PATIENCE_MS = 300_000;

const ACCEPTED = { json: 'application/json', xml: 'application/xml, text/xml' } as const;

/** Asks one feed: within its budget, with our name, again where the reason passes. */
export class RestSession {
  readonly #source: RestSourceSpec;
  readonly #signal: AbortSignal | undefined;
  readonly #budget: RateBudget | null;
  #patienceMs = PATIENCE_MS;

  constructor(source: RestSourceSpec, signal?: AbortSignal) {
    const { budget } = source;
    this.#source = source;
    this.#signal = signal;
    this.#budget = budget === undefined ? null : new RateBudget(budget.requests, budget.per * 1_000);
  }

  /**
   * Gets one page.
   *
   * @throws REST_REFUSED, REST_LOGIN, REST_FAILED, REST_BUSY, SECRET_NOT_SET and the codes of infra/http
   */
  async get(url: URL): Promise<HttpAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#once(url);
      } catch (error) {
        const failure = toHubError(error);
        if (failure.kind !== 'transient' || attempt >= this.#source.retries || this.#signal?.aborted === true)
          throw failure;
        await this.#wait(failure, FIRST_WAIT_MS * 4 ** attempt);
      }
    }
  }

  async #once(url: URL): Promise<HttpAnswer> {
    const answer = await this.#call(url);
    // A token may be taken back before it ends.
    if (answer.status === 401 && forgetToken(this.#source)) return demandOk(await this.#call(url));
    return demandOk(answer);
  }

  async #call(url: URL): Promise<HttpAnswer> {
    const { timeoutMs, format } = this.#source;
    const signal = this.#signal;
    await this.#budget?.take(signal);
    const { headers, query } = await authorize(this.#source, { timeoutMs, signal });
    const asked = new URL(url);
    for (const [name, value] of Object.entries(query)) asked.searchParams.set(name, value);
    return callHttp({
      method: 'GET',
      url: asked.href,
      headers: { accept: ACCEPTED[format], ...headers },
      timeoutMs,
      maxBytes: MAX_PAGE_BYTES,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async #wait(failure: HubError, backoffMs: number): Promise<void> {
    const asked = failure.details['retryAfterMs'];
    const waitMs = typeof asked === 'number' ? asked : backoffMs;
    this.#patienceMs -= waitMs;
    if (this.#patienceMs < 0) {
      const message = `the feed asks to wait ${Math.ceil(waitMs / 1_000)} s, longer than a run waits`;
      throw new HubError('REST_BUSY', 'transient', message, { cause: failure, details: { waitMs } });
    }
    await delay(waitMs, undefined, this.#signal === undefined ? {} : { signal: this.#signal });
  }
}

function demandOk(answer: HttpAnswer): HttpAnswer {
  const { status, headers } = answer;
  if (status === 200) return answer;
  const waitMs = status === 429 || status === 503 ? retryAfterMs(headers, new Date()) : null;
  const details = { status, ...(waitMs === null ? {} : { retryAfterMs: waitMs }) };
  throw status >= 500 || status === 429
    ? new HubError('REST_FAILED', 'transient', `the feed answered with ${status}`, { details })
    : new HubError('REST_REFUSED', 'refused', `the feed answered with ${status}`, { details });
}

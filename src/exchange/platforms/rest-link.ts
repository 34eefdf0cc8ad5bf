import type { Platform, RestTransport } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { resolveReferences } from '../../infra/config/index.ts';
import { callHttp, parseStrictJson, type HttpAnswer } from '../../infra/http/index.ts';
import { resultOf } from '../delivery/index.ts';
import {
  pageOf,
  parseAnswer,
  type AwaitedBatch,
  type Collecting,
  type PlatformAnswer,
  type PlatformBatch,
  type PlatformLink,
  type PlatformRow,
  type Sending,
} from './platform-link.ts';

const MAX_ANSWER_BYTES = 8 * 1_048_576;
const PROBE_TIMEOUT_MS = 5_000;

type Json = { [name: string]: Json | string };

/** A row as JSON: a column `subject.code` becomes a member inside a member. */
function bodyOf(row: PlatformRow): Json {
  const body: Json = {};
  for (const [name, text] of Object.entries(row.cells)) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    let holder = body;
    for (const step of path) {
      const inner = holder[step];
      holder = typeof inner === 'object' ? inner : (holder[step] = {});
    }
    holder[last] = text;
  }
  return body;
}

/** The value a JSON pointer leads to. @see RFC 6901 */
function valueAt(document: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>((value, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null) return undefined;
    return Object.entries(value).find(([it]) => it === name)?.[1] as unknown;
  }, document);
}

const memberAt = (item: unknown, name: string): unknown =>
  valueAt(item, name.startsWith('/') ? name : `/${name}`);

/** A JSON interface: one call a batch, answers at once or by asking for the batch later. */
export class RestLink implements PlatformLink {
  readonly #platform: Platform;
  readonly #transport: RestTransport;

  constructor(platform: Platform, transport: RestTransport) {
    this.#platform = platform;
    this.#transport = transport;
  }

  async send(batch: PlatformBatch): Promise<Sending> {
    const { rows, batch: number, idempotencyHeader } = this.#transport;
    const answer = await this.#call(batch.to, {
      body: JSON.stringify({ [number]: batch.number, [rows]: batch.rows.map(bodyOf) }),
      headers: idempotencyHeader === undefined ? {} : { [idempotencyHeader]: batch.number },
    });
    if (answer.status < 200 || answer.status > 299) return resultOf(answer);
    return { result: 'taken', answers: this.#answersIn(answer, batch.number).answers };
  }

  async findBatch(batch: AwaitedBatch): Promise<readonly PlatformAnswer[] | null> {
    return (await this.#ask(batch.number))?.answers ?? null;
  }

  async collect(collecting: Collecting): Promise<void> {
    if (this.#transport.query === undefined) return;
    for (const { number } of collecting.awaited) {
      const page = await this.#ask(number);
      if (page !== null) await collecting.take({ ...page, again: true });
    }
  }

  async probe(): Promise<void> {
    const { url, query } = this.#transport;
    const path = query === undefined ? '' : query.replace('{batch}', 'probe');
    const { status } = await callHttp({
      method: 'GET',
      url: resolveReferences(url) + path,
      headers: this.#headers(),
      timeoutMs: PROBE_TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    });
    if (status >= 500 || status === 429) throw this.#bad(`it answered ${status}`);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #headers(): Record<string, string> {
    const given = Object.entries(this.#transport.headers);
    return Object.fromEntries(given.map(([name, text]) => [name, resolveReferences(text)]));
  }

  #call(
    path: string,
    call: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<HttpAnswer> {
    const { body } = call;
    return callHttp({
      method: body === undefined ? 'GET' : 'POST',
      url: resolveReferences(this.#transport.url) + path,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        ...this.#headers(),
        ...call.headers,
      },
      ...(body === undefined ? {} : { body }),
      timeoutMs: this.#transport.timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
    });
  }

  #bad(why: string, cause?: unknown): HubError {
    const message = `the answer of ${this.#platform.metadata.id} is not usable: ${why}`;
    return new HubError('PLATFORM_BAD_ANSWER', 'transient', message, { cause });
  }

  /** What became of a batch; null: the platform does not know it, or cannot be asked. */
  async #ask(number: string): Promise<ReturnType<typeof pageOf> | null> {
    const { query } = this.#transport;
    if (query === undefined) return null;
    const answer = await this.#call(query.replace('{batch}', encodeURIComponent(number)), {});
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw this.#bad(`it answered ${answer.status} to a question`);
    return this.#answersIn(answer, number);
  }

  #answersIn(answer: HttpAnswer, number: string): ReturnType<typeof pageOf> {
    let document: unknown;
    try {
      document = parseStrictJson(answer.body.toString('utf8'));
    } catch (error) {
      throw this.#bad('it is no JSON', error);
    }
    const items = valueAt(document, this.#transport.results);
    if (!Array.isArray(items)) throw this.#bad(`it has no list at ${this.#transport.results}`);
    const { key, version, code, text } = this.#platform.answers;
    const parsed = items.map((it: unknown) =>
      parseAnswer({
        key: memberAt(it, key),
        version: memberAt(it, version),
        code: memberAt(it, code),
        text: memberAt(it, text),
      }),
    );
    if (parsed.includes(null)) throw this.#bad('a result names no record, version or code');
    return pageOf(number, parsed);
  }
}

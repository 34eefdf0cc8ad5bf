import { randomUUID } from 'node:crypto';
import { HubError } from '../../domain/hub-error.ts';
import { callHttp } from '../../infra/http/index.ts';
import { loadSigner, signRequest } from '../../infra/signing/index.ts';
import { SENDER_FIELD } from '../../exchange/partners/index.ts';

/** Who asks: a platform with its key, for a purpose; without, the question goes unsigned. */
export type QuerySender = {
  readonly hub: string;
  readonly keyFile: string;
  readonly keyId: string;
  readonly purpose: string;
  /** Short-lived token, where the hub's terms ask for one. */
  readonly token?: string;
};

/** A question to a hub's query interface. */
export type HubQuestion = {
  /** Base URL of the hub. */
  readonly url: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly sender: QuerySender | null;
  readonly timeoutMs: number;
};

const MAX_ANSWER_BYTES = 32 * 1_048_576;

/** An answer of a hub, or of what stands before it; `body` is null where the latter refuses in other words than JSON. */
export type HubAnswer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

/**
 * Asks a hub.
 *
 * @throws HTTP_TIMEOUT, HTTP_UNREACHABLE, HTTP_TOO_LARGE, NO_SIGNING_KEY; ANSWER_NOT_JSON (transient) where something
 * before the hub answers in its place
 */
export async function askHub(question: HubQuestion): Promise<HubAnswer> {
  const url = `${question.url}/graphql`;
  const body = Buffer.from(JSON.stringify({ query: question.query, variables: question.variables }), 'utf8');
  const { sender } = question;
  const signed =
    sender === null
      ? {}
      : {
          ...signRequest(
            { method: 'POST', targetUri: url, body, idempotencyKey: randomUUID() },
            loadSigner(sender.keyFile, sender.keyId),
            { at: Math.floor(Date.now() / 1_000), nonce: randomUUID() },
          ),
          [SENDER_FIELD]: sender.hub,
          'xinqiao-purpose': sender.purpose,
          ...(sender.token === undefined ? {} : { authorization: `Bearer ${sender.token}` }),
        };
  const answer = await callHttp({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...signed },
    body: new Uint8Array(body),
    timeoutMs: question.timeoutMs,
    maxBytes: MAX_ANSWER_BYTES,
  });
  const { status, headers } = answer;
  try {
    return { status, headers, body: JSON.parse(answer.body.toString('utf8')) as unknown };
  } catch (cause) {
    if (status >= 400) return { status, headers, body: null };
    const said = `an answer with status ${status} is not JSON: something before the hub answers in its place`;
    throw new HubError('ANSWER_NOT_JSON', 'transient', said, { cause });
  }
}

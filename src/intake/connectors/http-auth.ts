import type { HttpAuthSpec, RestSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { resolveReferences } from '../../infra/config/index.ts';
import { callHttp } from '../../infra/http/index.ts';

/** What goes along with a request so that the other side knows us. */
export type Authorization = {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
};

/** How long asking for a token may take, and who may end it. */
export type AuthLimits = { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined };

type OAuth = Extract<HttpAuthSpec, { kind: 'oauth2' }>;
type Token = { readonly text: string; readonly endsAtMs: number };

const MAX_TOKEN_BYTES = 65_536;
/** A token is not used for its last seconds: the other clock may be ahead. */
const MARGIN_MS = 30_000;
/** Where an answer does not say how long its token lives. */
const UNSAID_MS = 60_000;
const tokens = new Map<string, Token>();

const bearer = (token: string): Authorization => ({
  headers: { authorization: `Bearer ${token}` },
  query: {},
});
const basic = (user: string, password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`,
});

function tokenOf(body: Buffer): Token | null {
  try {
    const answer = JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>> | null;
    const { access_token: text, expires_in: seconds } = answer ?? {};
    if (typeof text !== 'string' || text === '') return null;
    const livesMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 - MARGIN_MS : UNSAID_MS;
    return { text, endsAtMs: performance.now() + livesMs };
  } catch {
    return null;
  }
}

/** @see RFC 6749 section 4.4 */
async function fetchToken(auth: OAuth, secret: string, { timeoutMs, signal }: AuthLimits): Promise<Token> {
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  if (auth.scope !== undefined) body.set('scope', auth.scope);
  const client = [resolveReferences(auth.clientId), secret].map((it) => encodeURIComponent(it));
  const answer = await callHttp({
    method: 'POST',
    url: resolveReferences(auth.tokenUrl),
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...basic(client[0] ?? '', client[1] ?? ''),
    },
    body: body.toString(),
    timeoutMs,
    maxBytes: MAX_TOKEN_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
  const token = answer.status === 200 ? tokenOf(answer.body) : null;
  if (token !== null) return token;
  const details = { status: answer.status };
  throw answer.status >= 500 || answer.status === 429
    ? new HubError('REST_FAILED', 'transient', `the token server answered with ${answer.status}`, { details })
    : new HubError('REST_LOGIN', 'config', `the token server gave no token (${answer.status})`, { details });
}

async function oauth(auth: OAuth, limits: AuthLimits): Promise<Authorization> {
  const secret = resolveReferences(auth.clientSecret);
  const key = sha256Hex(JSON.stringify([auth.tokenUrl, auth.clientId, auth.scope ?? '', secret]));
  const known = tokens.get(key);
  if (known !== undefined && known.endsAtMs > performance.now()) return bearer(known.text);
  const token = await fetchToken(auth, secret, limits);
  tokens.set(key, token);
  return bearer(token.text);
}

/** Forgets the token of a source: the other side does not take it any more. @returns whether there may be a new one */
export function forgetToken({ auth }: Pick<RestSourceSpec, 'auth'>): boolean {
  if (auth?.kind !== 'oauth2') return false;
  const secret = resolveReferences(auth.clientSecret);
  return tokens.delete(sha256Hex(JSON.stringify([auth.tokenUrl, auth.clientId, auth.scope ?? '', secret])));
}

/**
 * What a source is told of who we are. A token of OAuth 2.0 is asked for once and kept until it ends.
 *
 * @throws SECRET_NOT_SET, REST_LOGIN (config), REST_FAILED, and the codes of infra/http
 */
export async function authorize(
  { token, auth }: Partial<Pick<RestSourceSpec, 'token' | 'auth'>>,
  limits: AuthLimits,
): Promise<Authorization> {
  if (token !== undefined) return bearer(resolveReferences(token));
  switch (auth?.kind) {
    case undefined:
      return { headers: {}, query: {} };
    case 'bearer':
      return bearer(resolveReferences(auth.token));
    case 'basic':
      return { headers: basic(resolveReferences(auth.user), resolveReferences(auth.password)), query: {} };
    case 'key': {
      const named = { [auth.name]: resolveReferences(auth.key) };
      return auth.in === 'header' ? { headers: named, query: {} } : { headers: {}, query: named };
    }
    case 'oauth2':
      return oauth(auth, limits);
  }
}

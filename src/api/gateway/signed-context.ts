import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { HubError } from '../../domain/hub-error.ts';
import type { ApiContext, RequestFacts } from '../shared/index.ts';

/** Fields that carry the context from a gateway to a subgraph that runs elsewhere. */
export const CONTEXT_FIELD = 'xinqiao-context';
const MAC_FIELD = 'xinqiao-context-mac';
/** Longest a signed context lives beyond its request's deadline, in milliseconds. */
const GRACE_MS = 2_000;

const contextSchema = z.strictObject({
  asker: z.strictObject({
    channel: z.enum(['PUBLIC', 'PARTNER', 'OWN']),
    hub: z.string().nullable(),
    purpose: z.string().nullable(),
    scopes: z.array(z.string()),
    onBehalfOf: z.string().nullable(),
    basis: z.string().nullable(),
    regions: z.array(z.string()).nullable(),
  }),
  traceId: z.string(),
  deadlineAt: z.number(),
  via: z.array(z.string()),
  ownOnly: z.boolean(),
  quota: z
    .strictObject({
      policy: z.enum(['public', 'partner']),
      limit: z.number(),
      windowSeconds: z.number(),
      remaining: z.number(),
      resetAt: z.iso.datetime().transform((it) => new Date(it)),
    })
    .nullable(),
  now: z.iso.datetime(),
  today: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
});

function macOf(secret: string, context: string, body: string): string {
  const digest = createHash('sha256').update(body).digest('base64');
  return createHmac('sha256', secret).update(`${context}.${digest}`).digest('base64url');
}

/** The fields that hand a request's context to a subgraph, bound to the body. @param secret shared by both processes */
export function signContext(context: ApiContext, body: string, secret: string): Record<string, string> {
  const { asker, traceId, deadlineAt, via, ownOnly, quota, now, today } = context;
  const text = Buffer.from(
    JSON.stringify({
      asker,
      traceId,
      deadlineAt,
      via,
      ownOnly,
      quota: quota.now,
      now: now.toISOString(),
      today,
    }),
    'utf8',
  ).toString('base64url');
  return { [CONTEXT_FIELD]: text, [MAC_FIELD]: macOf(secret, text, body) };
}

/**
 * Reads a context that a gateway signed. A subgraph answers nothing without one: who asks decides what is shown.
 *
 * @throws CONTEXT_REFUSED when it is missing, forged, late or of another body
 */
export function verifyContext(
  fields: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  secret: string,
): Omit<RequestFacts, 'signal'> {
  const refuse = (why: string) => new HubError('CONTEXT_REFUSED', 'refused', `the signed context ${why}`);
  const [text, mac] = [fields[CONTEXT_FIELD], fields[MAC_FIELD]];
  if (typeof text !== 'string' || typeof mac !== 'string') throw refuse('is missing');
  const [given, expected] = [Buffer.from(mac), Buffer.from(macOf(secret, text, body))];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refuse('does not verify');
  const parsed = contextSchema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  if (!parsed.success) throw refuse('is malformed');
  if (Date.now() > parsed.data.deadlineAt + GRACE_MS) throw refuse('is past its deadline');
  return { ...parsed.data, now: new Date(parsed.data.now) };
}

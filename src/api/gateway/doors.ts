import { randomUUID } from 'node:crypto';
import type { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { SENDER_FIELD, verifyCaller, type Caller } from '../../exchange/partners/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import { PARTNER_DOCUMENT_VERSION, PARTNER_PATH } from '../datasets/index.ts';
import { askerOf, contextOf, PUBLIC_ASKER, refusalOf, type ApiContext, type Asker } from '../shared/index.ts';
import { DOCUMENT_LIMITS } from './limits.ts';
import type { DoorContext } from './request-context.ts';

/** Where everybody asks. */
export const PUBLIC_PATH = '/graphql';
/** Longest a request may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Body with its variables; the document's own bound is checked later. */
const MAX_BODY_BYTES = DOCUMENT_LIMITS.bytes * 4;

/** What the doors need. */
export type DoorParts = {
  readonly server: ApolloServer<DoorContext>;
  readonly caller: Caller;
  /** Base URL partners reach this hub by; signatures cover it. */
  readonly publicUrl: string;
  readonly log: Logger;
};

type Arrived = Request & { rawBody?: Buffer };

/** Status of a refusal at the door; any other is 401. */
const STATUS: Readonly<Record<string, number>> = {
  PURPOSE_MISSING: 403,
  PURPOSE_NOT_AGREED: 403,
  PARTNER_DOCUMENT_UNKNOWN: 400,
};

/** Contexts by request, made by the door before Apollo asks for them. */
const contexts = new WeakMap<Request, ApiContext>();

function fieldOf(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function fieldsOf(request: Request): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

/** Finds out who asks. @throws every code of `verifyCaller`; PURPOSE_MISSING, PURPOSE_NOT_AGREED */
async function identify(request: Arrived, parts: DoorParts): Promise<Asker> {
  const arrived = {
    method: request.method,
    path: request.originalUrl,
    body: request.rawBody ?? new Uint8Array(),
    fields: fieldsOf(request),
  };
  const version = fieldOf(request, 'xinqiao-document') ?? PARTNER_DOCUMENT_VERSION;
  if (version !== PARTNER_DOCUMENT_VERSION) {
    throw new HubError(
      'PARTNER_DOCUMENT_UNKNOWN',
      'refused',
      `documents of version ${PARTNER_DOCUMENT_VERSION} are answered here`,
    );
  }
  const { partner } = await verifyCaller(parts.caller, arrived, parts.publicUrl);
  return askerOf(partner, {
    purpose: fieldOf(request, 'xinqiao-purpose'),
    onBehalfOf: fieldOf(request, 'xinqiao-on-behalf-of'),
    publicOnly: fieldOf(request, 'xinqiao-audience') === 'PUBLIC',
  });
}

function timeoutOf(request: Request): number {
  const said = Number(fieldOf(request, 'xinqiao-deadline-ms') ?? REQUEST_TIMEOUT_MS);
  return Number.isFinite(said) && said > 0 ? Math.min(said, REQUEST_TIMEOUT_MS) : REQUEST_TIMEOUT_MS;
}

/** A signal that ends when the client goes away before its answer. */
function signalOf(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

function refuse(
  response: Response,
  error: HubError,
  facts: { status: number; accept: string | undefined },
): void {
  const type =
    facts.accept?.includes('application/graphql-response+json') === true
      ? 'application/graphql-response+json'
      : 'application/json';
  response
    .status(facts.status)
    .type(`${type}; charset=utf-8`)
    .send(JSON.stringify({ errors: [refusalOf(error, randomUUID())] }));
}

/** A door: finds out who asks, makes the context, and lets Apollo answer. @param forHubs partners alone may pass */
function door(parts: DoorParts, forHubs: boolean): RequestHandler {
  return async (request, response, next) => {
    response.set('cache-control', 'no-store');
    const signed = fieldOf(request, SENDER_FIELD) !== undefined || forHubs;
    try {
      const asker = signed ? await identify(request, parts) : PUBLIC_ASKER;
      const { clock } = parts.caller.database;
      const via = forHubs ? (fieldOf(request, 'xinqiao-via') ?? '').split(',') : [];
      const context = contextOf({
        asker,
        traceId: randomUUID(),
        signal: signalOf(response),
        deadlineAt: Date.now() + timeoutOf(request),
        via: via.map((it) => it.trim()).filter((it) => it !== ''),
        ownOnly: forHubs,
        now: clock.now(),
        today: clock.today(),
      });
      contexts.set(request, context);
      next();
    } catch (error) {
      const hubError = toHubError(error);
      if (hubError.kind !== 'refused') {
        next(error);
        return;
      }
      parts.log.warn(
        { code: hubError.code, sender: fieldOf(request, SENDER_FIELD) },
        'query refused at the door',
      );
      const status = STATUS[hubError.code] ?? 401;
      refuse(response, hubError, { status, accept: request.headers.accept });
    }
  };
}

const onBadBody: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const said = (error as { status?: unknown }).status;
  const status = typeof said === 'number' && said >= 400 && said < 500 ? said : 500;
  const { code, kind, text } =
    status === 500
      ? { code: 'INTERNAL', kind: 'defect' as const, text: 'something failed inside' }
      : { code: 'BAD_REQUEST', kind: 'refused' as const, text: 'the body is not JSON or too large' };
  refuse(response, new HubError(code, kind, text), { status, accept: request.headers.accept });
};

/** Both doors of a hub's query interface, as one router. */
export function makeDoors(parts: DoorParts): express.Router {
  const router = express.Router();
  const json = express.json({
    limit: MAX_BODY_BYTES,
    verify: (request, _, body) => void ((request as Arrived).rawBody = body),
  });
  const answer = expressMiddleware(parts.server, {
    context: ({ req }) => {
      const api = contexts.get(req);
      if (api === undefined) throw new TypeError('a request came past its door');
      return Promise.resolve({ api });
    },
  });
  router.use(PUBLIC_PATH, json, door(parts, false), answer);
  router.use(PARTNER_PATH, json, door(parts, true), answer);
  router.use(onBadBody);
  return router;
}

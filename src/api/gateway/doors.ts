import { randomUUID } from 'node:crypto';
import type { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { SENDER_FIELD, type Caller } from '../../exchange/partners/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import { PARTNER_DOCUMENT_VERSION, PARTNER_PATH } from '../datasets/index.ts';
import type { Access, Entry, RunningRequests } from '../access/index.ts';
import { addressClassOf } from '../rates/index.ts';
import { contextOf, refusalOf, type ApiContext } from '../shared/index.ts';
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
  readonly access: Access;
  readonly running: RunningRequests;
  readonly log: Logger;
};

type Arrived = Request & { rawBody?: Buffer };

/** Status of a refusal at the door; any other is 401. */
const STATUS: Readonly<Record<string, number>> = {
  PURPOSE_MISSING: 403,
  PURPOSE_NOT_AGREED: 403,
  TERMS_MISSING: 403,
  PARTNER_DOCUMENT_UNKNOWN: 400,
  BAD_REQUEST: 400,
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

/** Finds out who asks. @throws PARTNER_DOCUMENT_UNKNOWN, and every code of `Access.identify` */
async function identify(request: Arrived, parts: DoorParts, forHubs: boolean): Promise<Entry> {
  const fields = fieldsOf(request);
  if (fields[SENDER_FIELD] === undefined && !forHubs) return parts.access.admitUnsigned(fields);
  const version = fields['xinqiao-document'] ?? PARTNER_DOCUMENT_VERSION;
  if (version !== PARTNER_DOCUMENT_VERSION) {
    throw new HubError(
      'PARTNER_DOCUMENT_UNKNOWN',
      'refused',
      `documents of version ${PARTNER_DOCUMENT_VERSION} are answered here`,
    );
  }
  const { method, originalUrl: path, rawBody } = request;
  return parts.access.identify({ method, path, body: rawBody ?? new Uint8Array(), fields });
}

function timeoutOf(request: Request): number {
  const said = Number(fieldOf(request, 'xinqiao-deadline-ms') ?? REQUEST_TIMEOUT_MS);
  return Number.isFinite(said) && said > 0 ? Math.min(said, REQUEST_TIMEOUT_MS) : REQUEST_TIMEOUT_MS;
}

/** What ends a request early: the client that goes away before its answer, or the end of the right it runs under. */
function controllerOf(response: Response, entry: Entry, running: RunningRequests): AbortController {
  const controller = new AbortController();
  const over = running.add(entry, controller);
  response.once('close', () => {
    over();
    if (!response.writableFinished) controller.abort();
  });
  return controller;
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

/** @see RFC 9110 section 11.6.1; RFC 6750 section 3 */
function challengeOf(code: string): string {
  return code.startsWith('TOKEN_')
    ? 'Bearer realm="xinqiao", error="invalid_token"'
    : 'Signature realm="xinqiao"';
}

/** A door: finds out who asks, makes the context, and lets Apollo answer. @param forHubs partners alone may pass */
function door(parts: DoorParts, forHubs: boolean): RequestHandler {
  return async (request, response, next) => {
    response.set('cache-control', 'no-store');
    try {
      const entry = await identify(request, parts, forHubs);
      const { clock } = parts.caller.database;
      const via = forHubs ? (fieldOf(request, 'xinqiao-via') ?? '').split(',') : [];
      const context = contextOf({
        asker: entry.asker,
        traceId: randomUUID(),
        signal: controllerOf(response, entry, parts.running).signal,
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
      if (hubError.kind !== 'refused' && hubError.kind !== 'transient') {
        next(error);
        return;
      }
      parts.log.warn(
        { code: hubError.code, sender: fieldOf(request, SENDER_FIELD) },
        'query refused at the door',
      );
      const status = hubError.kind === 'transient' ? 503 : (STATUS[hubError.code] ?? 401);
      if (status === 401) response.set('www-authenticate', challengeOf(hubError.code));
      refuse(response, hubError, { status, accept: request.headers.accept });
    }
  };
}

function bodyTooLarge(): HubError {
  return new HubError('DOCUMENT_TOO_LARGE', 'refused', `a body has at most ${MAX_BODY_BYTES} bytes`, {
    details: { limit: MAX_BODY_BYTES, hint: 'ask for at most 100 subjects a request' },
  });
}

const onBadBody: ErrorRequestHandler = (thrown: unknown, request, response, next) => {
  if (response.headersSent) {
    next(thrown);
    return;
  }
  const said = (thrown as { status?: unknown }).status;
  const status = typeof said === 'number' && said >= 400 && said < 500 ? said : 500;
  const error =
    status === 500
      ? new HubError('INTERNAL', 'defect', 'something failed inside')
      : status === 413
        ? bodyTooLarge()
        : new HubError('BAD_REQUEST', 'refused', 'the body is not JSON');
  refuse(response, error, { status, accept: request.headers.accept });
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
      return Promise.resolve({ api, addressClass: addressClassOf(req.ip) });
    },
  });
  router.use(PUBLIC_PATH, json, door(parts, false), answer);
  router.use(PARTNER_PATH, json, door(parts, true), answer);
  router.use(onBadBody);
  return router;
}

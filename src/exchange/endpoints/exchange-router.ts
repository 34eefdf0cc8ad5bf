import { raw, Router, type Request, type Response } from 'express';
import type { z } from 'zod';
import {
  MAX_ENVELOPE_BYTES,
  pullRequestSchema,
  receiptsRequestSchema,
  reconcileRequestSchema,
  type TransportReceipt,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { parseStrictJson } from '../../infra/http/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import { hubErrorOf } from '../../infra/mongo/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { carryOut, findEnvelope, parseReceipt, storeAnswer } from '../delivery/index.ts';
import { takePassedBack } from '../holders/index.ts';
import { answerPull, takeIn, type TakeIn } from '../inbox/index.ts';
import { SENDER_FIELD, takeKeyStatement, verifyCaller } from '../partners/index.ts';
import { applyBusinessReceipt, listIssued, verifyBusinessReceipt } from '../receipts/index.ts';
import { answerReconcile } from '../reconciliation/index.ts';

/** What the exchange endpoints need. */
export type Endpoints = TakeIn & { readonly publicUrl: string; readonly log: Logger };

/** A verified call: who signed it and what was sent. */
type Call = { readonly partner: PartnerTerms; readonly messageId: string; readonly body: Uint8Array };

const DOOR_PATHS = ['/envelopes', '/pull', '/receipts', '/reconcile', '/keys'] as const;

/** Codes with a status of their own; other refusals are 400, transient faults 503, defects 500. */
const STATUS: Readonly<Record<string, number>> = {
  SIGNATURE_MISSING: 401,
  SIGNATURE_MALFORMED: 401,
  SIGNATURE_EXPIRED: 401,
  SIGNATURE_INVALID: 401,
  UNKNOWN_KEY: 401,
  UNKNOWN_PARTNER: 401,
  NONCE_REPLAYED: 401,
  DIGEST_MISMATCH: 400,
  NOT_FOUND: 404,
  MESSAGE_ID_REUSED: 422,
  MESSAGE_IN_PROGRESS: 409,
  BODY_TOO_LARGE: 413,
  CONTENT_CODED: 415,
};

function statusOf(error: HubError): number {
  const fixed = STATUS[error.code];
  if (fixed !== undefined) return fixed;
  if (error.kind === 'refused') return 400;
  return error.kind === 'transient' ? 503 : 500;
}

function bodyError(error: unknown): HubError {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : null;
  if (type === 'entity.too.large') {
    return new HubError(
      'BODY_TOO_LARGE',
      'refused',
      `the body is larger than ${MAX_ENVELOPE_BYTES} bytes: send less`,
    );
  }
  if (type === 'encoding.unsupported') {
    return new HubError('CONTENT_CODED', 'refused', 'send the body without a content coding');
  }
  if (typeof type === 'string') return new HubError('BAD_REQUEST', 'refused', 'the body cannot be read');
  return hubErrorOf(error);
}

/** Answers with the stable code; an unexpected fault shows nothing of the inside. */
async function answerError(
  work: Endpoints,
  error: HubError,
  request: Request,
  response: Response,
): Promise<void> {
  const status = statusOf(error);
  // Only words that we know are written down: a stranger's may be anything, a person's number too.
  const sender = work.caller.directory.find(request.get(SENDER_FIELD) ?? '')?.id ?? 'unknown';
  const path = DOOR_PATHS.find((it) => it === request.path) ?? 'unknown';
  work.log.info({ code: error.code, status, sender, path }, 'exchange refused');
  if (error.kind === 'defect') work.log.error({ err: error }, 'exchange fault');
  if (error.kind === 'refused') {
    const entry = {
      event: 'ENVELOPE_REFUSED',
      actor: sender,
      purpose: null,
      code: error.code,
      details: { path },
    };
    await appendAudit(work.caller.database, [entry]).catch((cause: unknown) => {
      work.log.error({ err: cause, code: error.code }, 'a refusal could not be noted');
    });
  }
  if (response.headersSent) return;
  const message = error.kind === 'defect' ? 'an unexpected fault; it was logged' : error.message;
  if (status === 409 || status === 503) response.set('retry-after', '2');
  response.status(status).json({ code: error.kind === 'defect' ? 'DEFECT' : error.code, message });
}

function bodyOf(request: Request): Uint8Array {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

async function verified(work: Endpoints, request: Request): Promise<Call> {
  const body = bodyOf(request);
  const fields = Object.fromEntries(Object.entries(request.headers).map(([name, it]) => [name, String(it)]));
  const arrived = { method: request.method, path: request.originalUrl, body, fields };
  const { partner, idempotencyKey } = await verifyCaller(work.caller, arrived, work.publicUrl);
  return { partner, messageId: idempotencyKey, body };
}

function parseBody<S extends z.ZodType>(schema: S, body: Uint8Array): z.output<S> {
  try {
    return schema.parse(parseStrictJson(Buffer.from(body).toString('utf8')));
  } catch (cause) {
    throw new HubError('BAD_REQUEST', 'refused', 'the request is not of the form the protocol gives', {
      cause,
    });
  }
}

/** A receipt that a partner brings and that is not usable stays so: it is refused for good. */
function returnedReceipt(
  work: Endpoints,
  call: Call,
  returned: Parameters<typeof parseReceipt>[2],
): TransportReceipt {
  try {
    return parseReceipt(work.caller, call.partner, returned);
  } catch (cause) {
    throw new HubError('RECEIPT_INVALID', 'refused', hubErrorOf(cause).message, { cause });
  }
}

async function takeReceipts(work: Endpoints, call: Call): Promise<object | null> {
  const request = parseBody(receiptsRequestSchema, call.body);
  const { database } = work.caller;
  if (request.type === 'FETCH') {
    const page = await listIssued(database, call.partner.id, {
      after: Number(request.after),
      limit: request.limit,
    });
    const next = page.at(-1)?.n ?? Number(request.after);
    const more = page.length === request.limit;
    return { protocol: 'xinqiao/1', receipts: page.map((it) => it.receipt), next: String(next), more };
  }
  if (request.type === 'PASS_BACK') {
    await takePassedBack(work.caller, call.partner, request.items);
    return null;
  }
  const envelope = await findEnvelope(database, request.transport.envelopeId);
  if (envelope?.partner !== call.partner.id) {
    throw new HubError('RECEIPT_UNKNOWN', 'refused', 'no envelope of yours has this id');
  }
  const receipt = returnedReceipt(work, call, { value: request.transport, envelope });
  const business =
    request.business === null
      ? null
      : await verifyBusinessReceipt(work.caller, call.partner, request.business);
  const answered = await storeAnswer(database, envelope, { fence: null, receipt });
  if (answered !== null) await carryOut(database, answered);
  if (business !== null) await applyBusinessReceipt(work.caller.database, call.partner.id, business);
  return { protocol: 'xinqiao/1' };
}

/** The endpoints of the exchange protocol, version 1. Every one takes signed requests only. */
export function exchangeRouter(work: Endpoints): Router {
  const router = Router();
  const doors: Record<
    Exclude<(typeof DOOR_PATHS)[number], '/keys'>,
    (call: Call) => Promise<object | null>
  > = {
    '/envelopes': (call) => takeIn(work, call.partner, { body: call.body, messageId: call.messageId }),
    '/pull': (call) => answerPull(work.caller, call.partner, parseBody(pullRequestSchema, call.body)),
    '/receipts': (call) => takeReceipts(work, call),
    '/reconcile': (call) =>
      answerReconcile(work.caller, call.partner, parseBody(reconcileRequestSchema, call.body)),
  };
  router.use(raw({ type: () => true, limit: MAX_ENVELOPE_BYTES, inflate: false }));
  for (const [path, door] of Object.entries(doors)) {
    router.post(path, (request, response) => {
      verified(work, request)
        .then(door)
        .then((answer) => (answer === null ? response.status(204).end() : response.status(200).json(answer)))
        .catch((error: unknown) => answerError(work, hubErrorOf(error), request, response));
    });
  }
  router.post('/keys', (request, response) => {
    // Not verified(): a statement proves itself, and its sender may sign requests by a key that we do not know yet.
    Promise.resolve()
      .then(() => work.caller.directory.get(request.get(SENDER_FIELD) ?? ''))
      .then((partner) => takeKeyStatement(work.caller, partner, bodyOf(request)))
      .then((answer) => response.status(200).json(answer))
      .catch((error: unknown) => answerError(work, hubErrorOf(error), request, response));
  });
  router.use((request, response) => {
    const unknown = new HubError('NOT_FOUND', 'refused', 'no such endpoint of the exchange protocol');
    void answerError(work, unknown, request, response);
  });
  router.use((error: unknown, request: Request, response: Response, next: () => void) => {
    void answerError(work, bodyError(error), request, response).finally(next);
  });
  return router;
}

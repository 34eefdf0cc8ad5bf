import { raw, Router, type Request, type Response } from 'express';
import type { z } from 'zod';
import {
  MAX_ENVELOPE_BYTES,
  pullRequestSchema,
  receiptsRequestSchema,
  reconcileRequestSchema,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import type { Logger } from '../../infra/log/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { carryOut, findEnvelope, parseReceipt, storeAnswer } from '../delivery/index.ts';
import { answerPull, takeIn, type TakeIn } from '../inbox/index.ts';
import { SENDER_FIELD, verifyCaller } from '../partners/index.ts';
import { applyBusinessReceipt, listIssued } from '../receipts/index.ts';
import { answerReconcile } from '../reconciliation/index.ts';

/** What the exchange endpoints need. */
export type Endpoints = TakeIn & { readonly publicUrl: string; readonly log: Logger };

/** A verified call: who signed it and what was sent. */
type Call = { readonly partner: PartnerTerms; readonly messageId: string; readonly body: Uint8Array };

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
  if (typeof type === 'string') return new HubError('BAD_REQUEST', 'refused', 'the body cannot be read');
  return toHubError(error);
}

/** Answers with the stable code; an unexpected fault shows nothing of the inside. */
async function answerError(
  work: Endpoints,
  error: HubError,
  request: Request,
  response: Response,
): Promise<void> {
  const status = statusOf(error);
  const sender = request.get(SENDER_FIELD) ?? 'unknown';
  work.log.info({ code: error.code, status, sender, path: request.path }, 'exchange refused');
  if (error.kind === 'defect') work.log.error({ err: error }, 'exchange fault');
  if (error.kind === 'refused') {
    const entry = {
      event: 'ENVELOPE_REFUSED',
      actor: sender.slice(0, 64),
      purpose: null,
      code: error.code,
      details: { path: request.path },
    };
    await appendAudit(work.caller.database, [entry]);
  }
  if (response.headersSent) return;
  const message = error.kind === 'defect' ? 'an unexpected fault; it was logged' : error.message;
  if (status === 409 || status === 503) response.set('retry-after', '2');
  response.status(status).json({ code: error.kind === 'defect' ? 'DEFECT' : error.code, message });
}

async function verified(work: Endpoints, request: Request): Promise<Call> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const fields = Object.fromEntries(Object.entries(request.headers).map(([name, it]) => [name, String(it)]));
  const arrived = { method: request.method, path: request.originalUrl, body, fields };
  const { partner, idempotencyKey } = await verifyCaller(work.caller, arrived, work.publicUrl);
  return { partner, messageId: idempotencyKey, body };
}

function parseBody<S extends z.ZodType>(schema: S, body: Uint8Array): z.output<S> {
  try {
    return schema.parse(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch (cause) {
    throw new HubError('BAD_REQUEST', 'refused', 'the request is not of the form the protocol gives', {
      cause,
    });
  }
}

async function takeReceipts(work: Endpoints, call: Call): Promise<object> {
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
  const envelope = await findEnvelope(database, request.transport.envelopeId);
  if (envelope?.partner !== call.partner.id) {
    throw new HubError('RECEIPT_UNKNOWN', 'refused', 'no envelope of yours has this id');
  }
  const receipt = parseReceipt(work.caller, call.partner, { value: request.transport, envelope });
  const answered = await storeAnswer(database, envelope, { fence: null, receipt });
  if (answered !== null) await carryOut(database, answered);
  if (request.business !== null) await applyBusinessReceipt(work.caller, call.partner, request.business);
  return { protocol: 'xinqiao/1' };
}

/** The endpoints of the exchange protocol, version 1. Every one takes signed requests only. */
export function exchangeRouter(work: Endpoints): Router {
  const router = Router();
  const doors: Record<string, (call: Call) => Promise<object>> = {
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
        .then((answer) => response.status(200).json(answer))
        .catch((error: unknown) => answerError(work, toHubError(error), request, response));
    });
  }
  router.use((request, response) => {
    const unknown = new HubError('NOT_FOUND', 'refused', 'no such endpoint of the exchange protocol');
    void answerError(work, unknown, request, response);
  });
  router.use((error: unknown, request: Request, response: Response, next: () => void) => {
    void answerError(work, bodyError(error), request, response).finally(next);
  });
  return router;
}

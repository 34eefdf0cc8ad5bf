import {
  keyStatementSchema,
  MAX_ENVELOPE_BYTES,
  MAX_ENVELOPE_RECORDS,
  type KeyStatement,
  type KeyStatementAnswer,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { callHttp } from '../../infra/http/index.ts';
import { findFingerprint } from '../../infra/signing/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { applyStatement, mergeKeys } from '../protocol/index.ts';
import type { Caller } from './caller.ts';
import { findPartnerKeys, storePartnerKeys } from './partner-key-store.ts';
import { SENDER_FIELD } from './sender-field.ts';

/** Where a hub takes key statements. */
export const KEYS_PATH = '/exchange/v1/keys';
const ANNOUNCE_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;
const MAX_WELL_KNOWN_BYTES = 1_048_576;
/** Times that a statement is worked out anew because another one of the partner came between. */
const MAX_TRIES = 5;

function parseStatement(partner: PartnerTerms, body: Uint8Array): KeyStatement {
  const refuse = (reason: string, cause?: unknown) =>
    new HubError(
      'KEY_STATEMENT_REFUSED',
      'refused',
      'the key statement is not of the form the protocol gives',
      {
        cause,
        details: { reason },
      },
    );
  let statement: KeyStatement;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    statement = keyStatementSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw refuse('FORM', cause);
  }
  if (statement.hub !== partner.id) throw refuse('OTHER_HUB');
  return statement;
}

/**
 * Takes what a partner says of its own keys. The statement proves itself, so the request around it need not be signed:
 * a partner that was away while keys changed could not check that signature. One that is older than the last accepted
 * one, or is that one, has no effect.
 *
 * @throws KEY_STATEMENT_REFUSED
 */
export async function takeKeyStatement(
  caller: Caller,
  partner: PartnerTerms,
  body: Uint8Array,
): Promise<KeyStatementAnswer> {
  const { database, directory } = caller;
  const statement = parseStatement(partner, body);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const row = await findPartnerKeys(database, partner.id);
    const known = mergeKeys(partner.keys, row?.keys ?? []);
    const answer = (keys: readonly { id: string }[]): KeyStatementAnswer => ({
      protocol: 'xinqiao/1',
      keyIds: keys.map((it) => it.id),
    });
    if (row !== null && Date.parse(statement.issuedAt) <= row.issuedAt.getTime()) return answer(known);
    const keys = applyStatement(known, statement, database.clock.now().getTime());
    if (!(await storePartnerKeys(database, partner.id, { before: row?.issuedAt ?? null, keys, statement })))
      continue;
    const details = {
      signedBy: statement.signature.keyId,
      keys: keys.map(({ id, until, revokedAt }) => ({ id, until, revokedAt })),
    };
    await appendAudit(database, [
      { event: 'KEY_STATEMENT_TAKEN', actor: partner.id, purpose: null, code: null, details },
    ]);
    await directory.refreshKeys(database, { force: true });
    return answer(keys);
  }
  throw new HubError('KEYS_BUSY', 'transient', `statements of ${partner.id} come too quickly: send it again`);
}

/**
 * Sends a partner every statement of our own keys, in order: one that missed a rotation needs the one before to believe
 * the next. Safe to repeat.
 *
 * @returns whether the partner took them all; false too when there is nothing to say or nowhere to say it
 * @throws HTTP_TIMEOUT, HTTP_UNREACHABLE, HTTP_TOO_LARGE
 */
export async function announceKeys(caller: Caller, partner: PartnerTerms): Promise<boolean> {
  const statements = caller.ring?.content().announcements ?? [];
  if (partner.url === undefined || statements.length === 0) return false;
  for (const statement of statements) {
    const answer = await callHttp({
      method: 'POST',
      url: partner.url + KEYS_PATH,
      body: JSON.stringify(statement),
      headers: { 'content-type': 'application/json', [SENDER_FIELD]: caller.directory.hub.id },
      timeoutMs: ANNOUNCE_TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    });
    if (answer.status !== 200) return false;
  }
  return true;
}

/** Statements in a well-known document, as they stand there. Nothing else in it is believed. */
function statementsIn(body: Buffer): unknown[] {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    const found =
      typeof value === 'object' && value !== null && 'statements' in value ? value.statements : [];
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/**
 * Fetches a partner's statements from its well-known document and takes those that prove themselves: for a partner whose
 * rotation did not reach us, seen by an answer that an unknown key signed. A partner that is away changes nothing.
 */
export async function fetchKeys(caller: Caller, partner: PartnerTerms): Promise<void> {
  if (partner.url === undefined) return;
  try {
    const answer = await callHttp({
      method: 'GET',
      url: `${partner.url}/.well-known/xinqiao`,
      timeoutMs: ANNOUNCE_TIMEOUT_MS,
      maxBytes: MAX_WELL_KNOWN_BYTES,
    });
    for (const statement of answer.status === 200 ? statementsIn(answer.body) : []) {
      await takeKeyStatement(caller, partner, Buffer.from(JSON.stringify(statement), 'utf8'));
    }
  } catch (error) {
    if (toHubError(error).kind === 'defect') throw error;
  }
}

/** What `/.well-known/xinqiao` says: who we are, by which keys we sign, what we take. Nobody trusts it unconfirmed. */
export function wellKnown(caller: Caller): Readonly<Record<string, unknown>> {
  const { hub } = caller.directory;
  const { ring } = caller;
  const { keyId: id, algorithm, publicKey } = caller.signer;
  const single = { id, algorithm, publicKey, from: '1970-01-01T00:00:00.000Z', until: null, revokedAt: null };
  const keys = (ring?.content().keys ?? [single]).map((it) => ({
    id: it.id,
    algorithm: it.algorithm,
    publicKey: it.publicKey,
    from: it.from,
    until: it.until,
    revokedAt: it.revokedAt,
    fingerprint: findFingerprint(it),
  }));
  return {
    protocol: 'xinqiao/1',
    versions: ['xinqiao/1'],
    hub: hub.id,
    region: hub.region,
    keys,
    statements: ring?.content().announcements ?? [],
    limits: { envelopeRecords: MAX_ENVELOPE_RECORDS, envelopeBytes: MAX_ENVELOPE_BYTES },
  };
}

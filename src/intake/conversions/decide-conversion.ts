import { HubError } from '../../domain/hub-error.ts';
import { assessUscc } from '../../domain/subject/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import {
  decideConversion,
  findConversions,
  requestConversion,
  type ConversionDocument,
} from '../../registry/conversions/index.ts';
import { confirmCode, findIdentities, isConfirmed } from '../../registry/subjects/index.ts';
import { checkAnother, parseActor, parseReason } from '../quarantine/index.ts';

/** What one person says of a code of the queue. */
export type ConversionAsked = {
  /** The code, or `<kind>:<code>`. */
  readonly code: string;
  /** Unified code it leads to; for a unified code whose check fails, that code itself. */
  readonly uscc: string;
  /** Account of the one who asks. */
  readonly by: string;
  /** Why; nothing of a person. */
  readonly reason: string;
};

/** One code of the queue. @throws NO_SUCH_CONVERSION */
export async function getConversion(database: HubDatabase, code: string): Promise<ConversionDocument> {
  const [only, ...others] = await findConversions(database, code.trim().toUpperCase());
  if (only !== undefined && others.length === 0) return only;
  const why =
    only === undefined ? 'no such code waits in the queue' : 'several kinds have it: write <kind>:<code>';
  throw new HubError('NO_SUCH_CONVERSION', 'refused', why);
}

async function note(
  database: HubDatabase,
  event: string,
  { kind, uscc }: Pick<ConversionDocument, 'kind' | 'uscc'>,
  by: string,
): Promise<void> {
  await appendAudit(database, [{ event, actor: by, purpose: null, code: null, details: { kind, uscc } }]);
}

/** The unified code that is asked for, where it may be. @throws CONVERSION_TARGET */
async function targetOf(database: HubDatabase, held: ConversionDocument, text: string): Promise<string> {
  const wrong = (why: string): HubError => new HubError('CONVERSION_TARGET', 'refused', why);
  if (held.kind === 'USCC') {
    if (text !== held.code)
      throw wrong('a unified code whose check fails is confirmed as it is, or mended at its source');
    if (held.names.length === 0) throw wrong('no row gave a name with this code');
    return text;
  }
  const { uscc } = assessUscc(text);
  const known = await findIdentities(database, [uscc ?? text]);
  const subject = known.get(uscc ?? text);
  if (subject === undefined || (uscc === null && !isConfirmed(subject)))
    throw wrong('no subject is known under this unified code');
  return subject._id;
}

/**
 * Says where a code of the queue leads; a second person decides.
 *
 * @throws BAD_ACTOR, BAD_REASON, NO_SUCH_CONVERSION, CONVERSION_TARGET, CONVERSION_NOT_OPEN
 */
export async function askConversion(database: HubDatabase, asked: ConversionAsked): Promise<string> {
  const [by, reason] = [parseActor(asked.by), parseReason(asked.reason)];
  const held = await getConversion(database, asked.code);
  const uscc = await targetOf(database, held, asked.uscc.trim().toUpperCase());
  if (!(await requestConversion(database, held._id, { uscc, reason, by })))
    throw new HubError(
      'CONVERSION_NOT_OPEN',
      'refused',
      'the code is converted, or waits for a second person',
    );
  await note(database, 'CONVERSION_REQUESTED', { kind: held.kind, uscc }, by);
  return held._id;
}

async function heldForSecond(database: HubDatabase, code: string, by: string) {
  const held = await getConversion(database, code);
  const { request, state } = held;
  if (state !== 'requested' || request === null)
    throw new HubError('NO_CONVERSION_REQUESTED', 'refused', 'nobody asks where this code is to lead');
  checkAnother(request.requestedBy, by);
  return { held, request };
}

async function settle(
  database: HubDatabase,
  held: ConversionDocument,
  decision: { readonly by: string; readonly approved: boolean },
): Promise<void> {
  if (!(await decideConversion(database, held._id, decision)))
    throw new HubError('NO_CONVERSION_REQUESTED', 'refused', 'somebody decided on this code meanwhile');
  const event = decision.approved ? 'CONVERSION_APPROVED' : 'CONVERSION_REFUSED';
  await note(database, event, { kind: held.kind, uscc: held.request?.uscc ?? null }, decision.by);
}

/**
 * Lets a code lead where somebody asked. A unified code whose check fails is held right from then on.
 *
 * @throws BAD_ACTOR, NO_SUCH_CONVERSION, NO_CONVERSION_REQUESTED, SAME_PERSON_TWICE
 */
export async function approveConversion(
  database: HubDatabase,
  { code, by: account }: { readonly code: string; readonly by: string },
): Promise<string> {
  const by = parseActor(account);
  const { held, request } = await heldForSecond(database, code, by);
  if (held.kind === 'USCC') {
    const { reason, requestedBy } = request;
    const subject = { uscc: request.uscc, name: held.names[0] ?? '' };
    await confirmCode(database, subject, { reason, requestedBy, confirmedBy: by, at: database.clock.now() });
  }
  await settle(database, held, { by, approved: true });
  return held._id;
}

/**
 * Leaves a code waiting.
 *
 * @throws BAD_ACTOR, NO_SUCH_CONVERSION, NO_CONVERSION_REQUESTED, SAME_PERSON_TWICE
 */
export async function refuseConversion(
  database: HubDatabase,
  { code, by: account }: { readonly code: string; readonly by: string },
): Promise<string> {
  const by = parseActor(account);
  const { held } = await heldForSecond(database, code, by);
  await settle(database, held, { by, approved: false });
  return held._id;
}

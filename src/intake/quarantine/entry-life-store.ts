import { HubError } from '../../domain/hub-error.ts';
import { holdsPersonNumber, looksLikePersonName, redactText } from '../../domain/subject/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { Closing, QuarantineDocument, QuarantineStatus } from './quarantine-entry.ts';
import { OPEN, quarantineModel } from './quarantine-store.ts';

const MAX_REASON = 500;

/**
 * Who acts: an account or staff number.
 *
 * @throws BAD_ACTOR for a name, or a number of a person
 */
export function parseActor(text: string): string {
  const plain = /^[A-Za-z0-9][A-Za-z0-9._@-]{1,39}$/.test(text);
  if (plain && !holdsPersonNumber(text) && redactText(text).hits === 0) return text;
  const said =
    'who acts is named by an account or staff number of letters, digits and . _ @ -, never by a name';
  throw new HubError('BAD_ACTOR', 'config', said);
}

/**
 * Why a row is right, for the record.
 *
 * @throws BAD_REASON where it is empty, longer than 500 characters, or holds a name or number of a person
 */
export function parseReason(text: string): string {
  const reason = text.trim();
  const fits = reason !== '' && Array.from(reason).length <= MAX_REASON;
  if (fits && redactText(reason).hits === 0 && !looksLikePersonName(reason)) return reason;
  throw new HubError(
    'BAD_REASON',
    'config',
    `a reason has 1 to ${MAX_REASON} characters and says nothing of a person`,
  );
}

/** Closes an entry that waits or was accepted with a warning. @returns whether it did */
export async function closeEntry(
  database: HubDatabase,
  id: string,
  end: { readonly status: QuarantineStatus } & Omit<Closing, 'at'>,
): Promise<boolean> {
  const { status, how, by, record } = end;
  const { modifiedCount } = await quarantineModel
    .in(database)
    .updateOne({ _id: id, ...OPEN }, [
      { $set: { status, closed: { at: '$$NOW', how, by: { $literal: by }, record: { $literal: record } } } },
    ]);
  return modifiedCount === 1;
}

/** Notes that a person holds the row right although rules speak against it; a second person decides. */
export async function requestOverride(
  database: HubDatabase,
  id: string,
  request: { readonly rules: readonly string[]; readonly by: string },
): Promise<boolean> {
  const { rules, by } = request;
  const override = {
    rules: { $literal: [...rules] },
    requestedBy: { $literal: by },
    requestedAt: '$$NOW',
    reason: null,
    decidedBy: null,
    decidedAt: null,
  };
  const { modifiedCount } = await quarantineModel
    .in(database)
    .updateOne({ _id: id, status: { $in: ['open', 'override-refused'] } }, [
      { $set: { status: 'override-requested', override } },
    ]);
  return modifiedCount === 1;
}

/**
 * Refuses the one who asked: another person decides.
 *
 * @throws SAME_PERSON_TWICE
 */
export function checkAnother(requestedBy: string, by: string): void {
  if (requestedBy.toLowerCase() === by.toLowerCase())
    throw new HubError('SAME_PERSON_TWICE', 'refused', `${by} asked for it: another person decides`);
}

/**
 * Whether this person may decide on the entry: somebody else asked, and nobody decided.
 *
 * @throws NO_OVERRIDE_REQUESTED, SAME_PERSON_TWICE
 */
export function checkSecondPerson({ status, override }: QuarantineDocument, by: string): void {
  if (status !== 'override-requested' || override === undefined || override === null)
    throw new HubError('NO_OVERRIDE_REQUESTED', 'refused', 'nobody asks to let this row in');
  checkAnother(override.requestedBy, by);
}

/**
 * Notes the second person's decision. An approval is noted after the row was accepted.
 *
 * @throws NO_OVERRIDE_REQUESTED where somebody decided meanwhile
 */
export async function decideOverride(
  database: HubDatabase,
  id: string,
  decision: { readonly by: string; readonly reason: string; readonly record: Closing['record'] },
): Promise<void> {
  const { by, reason, record } = decision;
  const approved = record !== null;
  const closed = { at: '$$NOW', how: 'override', by: { $literal: by }, record: { $literal: record } };
  const { modifiedCount } = await quarantineModel
    .in(database)
    .updateOne({ _id: id, status: 'override-requested' }, [
      {
        $set: {
          status: approved ? 'override-approved' : 'override-refused',
          'override.reason': { $literal: reason },
          'override.decidedBy': { $literal: by },
          'override.decidedAt': '$$NOW',
          ...(approved ? { closed } : {}),
        },
      },
    ]);
  if (modifiedCount === 1) return;
  throw new HubError('NO_OVERRIDE_REQUESTED', 'refused', 'somebody decided on this row meanwhile');
}

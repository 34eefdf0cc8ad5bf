import type { ForgetPerson } from '../../contracts/doors/index.ts';
import { envelopeSchema } from '../../contracts/messages/index.ts';
import { tombstoneReasonOf } from '../../domain/record/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { findSequenced, versionName } from '../../registry/changes/index.ts';
import { findRecord, newestVersion, withdrawPerson } from '../../registry/records/index.ts';
import { clearBody, findEnvelope, findEnvelopesNaming, recheckEnvelope } from '../delivery/index.ts';
import type { Caller } from '../partners/index.ts';
import { findPersonNotices, settlePersonNotice, type PersonNotice } from '../word-back/index.ts';

const BATCH = 5;

/** Whether a stored body says more of a record than that it was withdrawn. */
function tells(body: string | null, key: string): boolean {
  if (body === null) return false;
  const { records } = envelopeSchema.parse(JSON.parse(body));
  return records.some((it) => it.key === key && tombstoneReasonOf(it.statement) === null);
}

/**
 * Takes a record out of every stored body. An envelope on its way is closed, and its other records are packed anew.
 *
 * @returns whether no body tells of it any more
 */
async function clearBodies(caller: Caller, key: string): Promise<boolean> {
  const { database, directory } = caller;
  let clear = true;
  for (const id of await findEnvelopesNaming(database, key)) {
    const envelope = await findEnvelope(database, id);
    if (envelope === null || !tells(envelope.body, key)) continue;
    const partner = directory.find(envelope.partner);
    if (envelope.state === 'ready' && partner !== null)
      await recheckEnvelope({ database, directory, partner }, envelope);
    clear = (await clearBody(database, id)) && clear;
  }
  return clear;
}

/** Version number of the withdrawal; null where nothing here was withdrawn for a person. */
async function withdrawn(database: HubDatabase, self: string, key: string): Promise<number | null> {
  const record = await findRecord(database, key);
  if (record === null) return null;
  if (record.origin === self) return withdrawPerson(database, key);
  const { statement, v } = newestVersion(record);
  return tombstoneReasonOf(statement) === 'PERSON_FOUND' ? v : null;
}

async function settle(caller: Caller, forget: ForgetPerson, notice: PersonNotice): Promise<void> {
  const { database, directory } = caller;
  const key = notice._id;
  const v = await withdrawn(database, directory.hub.id, key);
  if (v === null) {
    await settlePersonNotice(database, key);
    return;
  }
  const clear = await clearBodies(caller, key);
  // Whoever sequences may still write down what it read before: only behind the withdrawal's place all is erased.
  const sequenced = (await findSequenced(database, [key])).has(versionName({ key, v }));
  await forget(key);
  if (!clear || !sequenced) return;
  await appendAudit(database, [
    { event: 'PERSON_ERASED', actor: notice.by, purpose: null, code: 'PERSON_FOUND', details: { key } },
  ]);
  await settlePersonNotice(database, key);
}

/**
 * Erases records in which a person was found, some at a time: at their origin they are withdrawn at every holder, and
 * everywhere what they said goes out of records, subjects, changes, quarantine and stored bodies. A notice stays open
 * until nothing is left.
 *
 * @returns notices looked at
 */
export async function settlePersons(caller: Caller, forget: ForgetPerson): Promise<number> {
  const notices = await findPersonNotices(caller.database, BATCH);
  for (const notice of notices) await settle(caller, forget, notice);
  return notices.length;
}

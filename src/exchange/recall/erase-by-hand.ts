import { HubError } from '../../domain/hub-error.ts';
import { redactText } from '../../domain/subject/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { findRecord } from '../../registry/records/index.ts';
import type { Caller } from '../partners/index.ts';
import { notePersons } from '../word-back/index.ts';

/**
 * Notes by hand that a person was found in a record of this hub. The running hub then erases it and withdraws it at
 * every holder.
 *
 * @throws RECORD_UNKNOWN, NOT_ORIGIN
 */
export async function erasePersonByHand(
  caller: Caller,
  key: string,
  by: { actor: string; reason: string },
): Promise<void> {
  const { database, directory } = caller;
  const record = await findRecord(database, key);
  if (record === null) throw new HubError('RECORD_UNKNOWN', 'config', `this hub has no record ${key}`);
  if (record.origin !== directory.hub.id) {
    throw new HubError('NOT_ORIGIN', 'config', `record ${key} began at ${record.origin}: erase it there`);
  }
  await notePersons(database, [key], by.actor);
  const details = { key, reason: redactText(by.reason).text };
  await appendAudit(database, [
    { event: 'PERSON_REPORTED', actor: by.actor, purpose: null, code: 'PERSON_FOUND', details },
  ]);
}

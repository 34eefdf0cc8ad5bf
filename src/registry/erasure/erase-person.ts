import type { HubDatabase } from '../../infra/mongo/index.ts';
import { eraseChanges } from '../changes/index.ts';
import { forgetConversions } from '../conversions/index.ts';
import { projectRegister } from '../register/index.ts';
import { countRecordsOf, eraseRecord, findRecord } from '../records/index.ts';
import { eraseSubject } from '../subjects/index.ts';

/**
 * Erases what the registry holds of a record in which a person was found: the record's words, its subject in the
 * sequence of changes, and the subject itself where no other record is about it. Safe to repeat after a crash: what
 * leads on to the rest is erased last.
 */
export async function erasePerson(database: HubDatabase, key: string): Promise<void> {
  const record = await findRecord(database, key);
  if (record === null) return;
  const { subject, producer, kind, owner } = record;
  // The withdrawal stands already: the register says nothing of the subject any more.
  if (kind === 'REGISTRATION') await projectRegister(database, [key], owner);
  const alone = (await countRecordsOf(database, subject)) <= 1;
  if (alone && subject !== producer.uscc) {
    await forgetConversions(database, subject);
    await eraseSubject(database, subject);
  }
  await eraseChanges(database, key, producer);
  await eraseRecord(database, key);
}

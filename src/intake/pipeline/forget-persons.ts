import { tombstoneReasonOf } from '../../domain/record/index.ts';
import type { ForgetPerson } from '../../contracts/doors/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { erasePerson } from '../../registry/erasure/index.ts';
import { findRecord, type Candidate } from '../../registry/records/index.ts';
import { forgetRows } from '../quarantine/index.ts';

/** Makes the door that erases what intake and registry hold of a record in which a person was found. */
export function personForgetter(database: HubDatabase): ForgetPerson {
  return async (key) => {
    const record = await findRecord(database, key);
    const rows = (record?.versions ?? []).flatMap(({ provenance: { source, row } }) =>
      row === null ? [] : [{ source, row }],
    );
    await forgetRows(database, key, rows);
    await erasePerson(database, key);
  };
}

/** Erases each record among these that its origin took back because a person was found in it. */
export async function forgetPersons(database: HubDatabase, candidates: readonly Candidate[]): Promise<void> {
  const forget = personForgetter(database);
  for (const { key, statement } of candidates)
    if (tombstoneReasonOf(statement) === 'PERSON_FOUND') await forget(key);
}

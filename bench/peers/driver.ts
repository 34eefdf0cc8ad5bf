import type { HubDatabase } from '../../src/infra/mongo/index.ts';
import { DATASETS_ASKED } from '../questions.ts';

/** Records a subject that are read, as the hub reads them for `first: 10`. */
const LIMIT = 19;

/** The plain driver: the same reads with the same filters and order, and their documents as JSON. No rules at all. */
export function driverPeer(database: HubDatabase): (usccs: readonly string[]) => Promise<string> {
  const db = database.connection.getClient().db(database.connection.name);
  return async (usccs) => {
    const codes = [...usccs];
    const subjects = db
      .collection('subjects')
      .find({ $or: [{ _id: { $in: codes as never[] } }, { formerCodes: { $in: codes } }] })
      .toArray();
    const lists = DATASETS_ASKED.map((dataset) =>
      db
        .collection('records')
        .find({ subject: { $in: codes }, dataset, 'head.operation': { $ne: 'WITHDRAW' } })
        .sort({ 'head.decidedOn': -1, _id: 1 })
        .limit(LIMIT * codes.length)
        .toArray(),
    );
    return JSON.stringify(await Promise.all([subjects, ...lists]));
  };
}

import type { ReconciliationStatement } from '../../contracts/messages/index.ts';
import { canonicalJson, sha256Hex } from '../../domain/record/index.ts';
import { isEqualStatement } from '../protocol/index.ts';
import { defineCollection, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';

/** A statement with the signatures of both; `found` and its two signatures come with the close. */
export type StatementDocument = {
  /** SHA-256 over both hubs and the sender's part: the same question has the same id on both sides. */
  _id: string;
  /** The other hub, whichever of the two it is. */
  partner: string;
  equal: boolean;
  /** Whether nothing more is to come: the roots are equal, or both signed what was found. */
  complete: boolean;
  at: Date;
  statement: ReconciliationStatement;
};

/** `reconciliations`: statements signed by both sides, kept for good. */
export const statementModel = defineCollection<StatementDocument>('reconciliations', [
  { keys: { partner: 1, at: -1 } },
]);

/** A statement that waits so long for what was found never gets it. */
const ABANDONED_AFTER_MS = 3_600_000;

/** Id of a statement. */
export function statementId(
  statement: Pick<ReconciliationStatement, 'sender' | 'receiver' | 'owed'>,
): string {
  const { sender, receiver, owed } = statement;
  return sha256Hex(canonicalJson({ sender, receiver, owed }));
}

function documentOf(partner: string, statement: ReconciliationStatement): StatementDocument {
  const equal = isEqualStatement(statement);
  return {
    _id: statementId(statement),
    partner,
    equal,
    complete: equal || statement.signatures.seen !== null,
    at: new Date(statement.found?.at ?? statement.held.at),
    statement,
  };
}

/**
 * Keeps a statement once: of two that answer the same question, the first stays.
 *
 * @returns the one that is kept
 */
export async function keepStatement(
  database: HubDatabase,
  partner: string,
  statement: ReconciliationStatement,
): Promise<ReconciliationStatement> {
  const document = documentOf(partner, statement);
  const statements = statementModel.in(database);
  const abandoned = new Date(database.clock.now().getTime() - ABANDONED_AFTER_MS);
  await statements.deleteMany({ partner, at: { $lt: abandoned }, complete: false });
  try {
    await statements.insertOne(document);
    return statement;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  return (await statements.findOne({ _id: document._id }))?.statement ?? statement;
}

/** Puts a statement with what was found in the place of the one that waited for it. */
export async function completeStatement(
  database: HubDatabase,
  partner: string,
  statement: ReconciliationStatement,
): Promise<void> {
  const { _id, ...rest } = documentOf(partner, statement);
  await statementModel.in(database).replaceOne({ _id, complete: false }, rest);
}

/** A statement by its id, or null. */
export async function findStatement(database: HubDatabase, id: string): Promise<StatementDocument | null> {
  return statementModel.in(database).findOne({ _id: id });
}

/** Complete statements with a partner, the newest first. */
export async function listStatements(
  database: HubDatabase,
  partner: string,
  limit: number,
): Promise<StatementDocument[]> {
  const found = await statementModel
    .in(database)
    .find({ partner })
    .sort({ at: -1 })
    .limit(limit * 2)
    .toArray();
  return found.filter((it) => it.complete).slice(0, limit);
}

/** When both sides last proved to hold the same; null: never. */
export async function findLastEqualAt(database: HubDatabase, partner: string): Promise<Date | null> {
  const [last] = await statementModel
    .in(database)
    .find({ partner, equal: true }, { projection: { at: 1 } })
    .sort({ at: -1 })
    .limit(1)
    .toArray();
  return last?.at ?? null;
}

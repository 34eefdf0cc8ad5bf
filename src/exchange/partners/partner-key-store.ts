import type { PartnerKey } from '../../contracts/manifests/index.ts';
import type { KeyStatement } from '../../contracts/messages/index.ts';
import { defineCollection, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';

/** Most statements of one partner that are kept as proof. */
const KEPT_STATEMENTS = 100;

/** What a partner's accepted statements say of its keys, and those statements, oldest first. */
export type PartnerKeysDocument = {
  /** Id of the partner. */
  _id: string;
  keys: PartnerKey[];
  /** Issue of the latest accepted statement, by the partner's clock. */
  issuedAt: Date;
  /** When this hub took it, by its own clock. */
  acceptedAt: Date;
  statements: KeyStatement[];
};

/** `partner_keys`: one row a partner. */
export const partnerKeyModel = defineCollection<PartnerKeysDocument>('partner_keys');

/** What one partner stated, or null. */
export async function findPartnerKeys(
  database: HubDatabase,
  partner: string,
): Promise<PartnerKeysDocument | null> {
  return partnerKeyModel.in(database).findOne({ _id: partner });
}

/** What every partner stated. There are as many rows as partners. */
export async function listPartnerKeys(
  database: HubDatabase,
): Promise<Pick<PartnerKeysDocument, '_id' | 'keys'>[]> {
  return partnerKeyModel
    .in(database)
    .find({})
    .project<Pick<PartnerKeysDocument, '_id' | 'keys'>>({ keys: 1 })
    .toArray();
}

/**
 * Stores a statement with the keys it leads to, if nothing came between.
 *
 * @param before issue of the statement that the keys were worked out from; null for none
 * @returns false when another statement came first
 */
export async function storePartnerKeys(
  database: HubDatabase,
  partner: string,
  taken: { before: Date | null; keys: PartnerKey[]; statement: KeyStatement },
): Promise<boolean> {
  const { before, keys, statement } = taken;
  const issuedAt = new Date(statement.issuedAt);
  const acceptedAt = database.clock.now();
  if (before === null) {
    try {
      await partnerKeyModel
        .in(database)
        .insertOne({ _id: partner, keys, issuedAt, acceptedAt, statements: [statement] });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
  const updated = await partnerKeyModel.in(database).updateOne(
    { _id: partner, issuedAt: before },
    {
      $set: { keys, issuedAt, acceptedAt },
      $push: { statements: { $each: [statement], $slice: -KEPT_STATEMENTS } },
    },
  );
  return updated.matchedCount === 1;
}

import { TOKEN_LIFE_SECONDS } from '../../contracts/messages/index.ts';
import { defineCollection, type HubDatabase } from '../../infra/mongo/index.ts';

/** What of tokens is revoked: one token by its id, or whatever one issuer issues. */
export type Revocation = { readonly kind: 'token' | 'issuer'; readonly id: string };

type RevocationDocument = Revocation & {
  _id: string;
  revokedAt: Date;
  /** A token's revocation is of no use after its life; an issuer's lasts until it is lifted. */
  expiresAt: Date | null;
};

/** `token_revocations`: one row a revoked token or issuer. */
export const revocationModel = defineCollection<RevocationDocument>('token_revocations', [
  { keys: { expiresAt: 1 }, options: { expireAfterSeconds: 0 } },
]);

function idOf({ kind, id }: Revocation): string {
  return `${kind}:${id}`;
}

/** Revokes a token or an issuer; safe to repeat. */
export async function storeRevocation(database: HubDatabase, revocation: Revocation): Promise<void> {
  const revokedAt = database.clock.now();
  const expiresAt =
    revocation.kind === 'issuer' ? null : new Date(revokedAt.getTime() + 4 * TOKEN_LIFE_SECONDS * 1_000);
  await revocationModel
    .in(database)
    .updateOne(
      { _id: idOf(revocation) },
      { $set: { ...revocation, revokedAt, expiresAt } },
      { upsert: true },
    );
}

/** Lifts a revocation. @returns false where there was none */
export async function dropRevocation(database: HubDatabase, revocation: Revocation): Promise<boolean> {
  return (await revocationModel.in(database).deleteOne({ _id: idOf(revocation) })).deletedCount === 1;
}

/** Everything that is revoked, the newest first. Rows of tokens go by themselves after 20 minutes. */
export async function listRevocations(
  database: HubDatabase,
): Promise<(Revocation & { readonly revokedAt: Date })[]> {
  return revocationModel.in(database).find({}).sort({ revokedAt: -1 }).toArray();
}

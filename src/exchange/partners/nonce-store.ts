import { defineCollection, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';

type NonceDocument = { _id: string; expiresAt: Date };

/** `nonces`: signatures seen lately; a row goes by itself after its window. */
export const nonceModel = defineCollection<NonceDocument>('nonces', [
  { keys: { expiresAt: 1 }, options: { expireAfterSeconds: 0 } },
]);

/** Notes a nonce; false when this partner used it before within its signature's life. */
export async function noteNonce(
  database: HubDatabase,
  seen: { partner: string; nonce: string; expires: number },
): Promise<boolean> {
  try {
    await nonceModel
      .in(database)
      .insertOne({ _id: `${seen.partner}|${seen.nonce}`, expiresAt: new Date((seen.expires + 60) * 1_000) });
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

import { randomUUID } from 'node:crypto';
import { defineCollection, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';

type NonceDocument = { _id: string; expiresAt: Date; token: string };

/** `nonces`: signatures seen lately; a row goes by itself after its window. */
export const nonceModel = defineCollection<NonceDocument>('nonces', [
  { keys: { expiresAt: 1 }, options: { expireAfterSeconds: 0 } },
]);

/** Notes a nonce; false when this partner used it before within its signature's life. */
export async function noteNonce(
  database: HubDatabase,
  seen: { partner: string; nonce: string; expires: number },
): Promise<boolean> {
  const _id = `${seen.partner}|${seen.nonce}`;
  const token = randomUUID();
  const expiresAt = new Date((seen.expires + 60) * 1_000);
  try {
    await nonceModel.in(database).insertOne({ _id, expiresAt, token });
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // A driver that repeats a write whose answer was lost meets its own row.
    return (await nonceModel.in(database).findOne({ _id }))?.token === token;
  }
}

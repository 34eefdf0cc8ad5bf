import { givenKeysSchema, type GivenKey } from '../../contracts/messages/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { findRawKey, isSameKey } from '../../infra/signing/index.ts';

/**
 * The public keys in a parsed file: a list of keys with their hub, a hub file, or a well-known document.
 *
 * @throws BAD_KEYS_FILE for another form, for a text that is no key, and for one key under two ids of a hub
 */
export function parseGivenKeys(value: unknown, file: string): GivenKey[] {
  const refuse = (why: string, cause?: unknown) =>
    new HubError('BAD_KEYS_FILE', 'config', `${file}: ${why}`, { cause });
  const parsed = givenKeysSchema.safeParse(value);
  if (!parsed.success) {
    throw refuse('this is no list of keys, no hub file and no well-known document', parsed.error);
  }
  const keys = parsed.data;
  for (const [place, key] of keys.entries()) {
    if (findRawKey(key.algorithm, key.publicKey) === null) {
      throw refuse(`key ${key.id} of ${key.hub} is no public key of ${key.algorithm}`);
    }
    const earlier = keys.slice(0, place).filter((it) => it.hub === key.hub);
    if (earlier.some((it) => it.id === key.id || isSameKey(it, key))) {
      throw refuse(`key ${key.id} of ${key.hub} stands there twice, or under two ids`);
    }
  }
  return keys;
}

import type { PartnerKey } from '../../contracts/manifests/index.ts';
import { MAX_STATEMENT_KEYS, type KeyStatement } from '../../contracts/messages/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import {
  findRawKey,
  isSameKey,
  signDocument,
  verifyDocument,
  type RingContent,
  type Signer,
} from '../../infra/signing/index.ts';
import { isKeyRevokedAt, isKeyValidAt } from './key-validity.ts';

/** How far clocks of two hubs may differ, and how far back a statement may speak from its own issue. */
const SLACK_MS = 10_000;
/** How far ahead of the receiver's clock a statement may be issued. */
const AHEAD_MS = 300_000;

function refuse(reason: string, message: string): HubError {
  return new HubError('KEY_STATEMENT_REFUSED', 'refused', `the key statement is refused: ${message}`, {
    details: { reason },
  });
}

/** The earlier of two instants, where null is never. */
function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return Date.parse(one) <= Date.parse(other) ? one : other;
}

/** The later of an instant and the earliest that a statement may speak of; null stays null. */
function notBefore(instant: string | null, earliestMs: number): string | null {
  if (instant === null || Date.parse(instant) >= earliestMs) return instant;
  return new Date(earliestMs).toISOString();
}

/**
 * The keys of a partner: those a person declared in the hub file, and those of its accepted statements. Where both name
 * a key, the person's word on what it is stands, and the earlier end and revocation of the two.
 */
export function mergeKeys(declared: readonly PartnerKey[], stated: readonly PartnerKey[]): PartnerKey[] {
  const merged = declared.map((key) => {
    const same = stated.find((it) => it.id === key.id && isSameKey(it, key));
    if (same === undefined) return key;
    const until = earlier(key.until, same.until);
    return { ...key, until, revokedAt: earlier(key.revokedAt, same.revokedAt) };
  });
  return [...merged, ...stated.filter((it) => !declared.some((key) => key.id === it.id))];
}

function checkSigner(known: readonly PartnerKey[], statement: KeyStatement, nowMs: number): void {
  const issuedMs = Date.parse(statement.issuedAt);
  if (issuedMs > nowMs + AHEAD_MS) throw refuse('AHEAD', 'it is issued in the future');
  const signer = known.find((it) => it.id === statement.signature.keyId);
  if (signer === undefined || !isKeyValidAt(signer, issuedMs)) {
    throw refuse(
      'SIGNER',
      `no key ${statement.signature.keyId} of this partner was valid at ${statement.issuedAt}`,
    );
  }
  // A key that ended or was revoked could be used to date a statement back, so it has no word any more.
  const ended = signer.until !== null && nowMs > Date.parse(signer.until);
  if (ended || isKeyRevokedAt(signer, nowMs)) {
    throw refuse('SIGNER_ENDED', `key ${signer.id} has ended or is revoked`);
  }
  if (!verifyDocument(statement, signer)) throw refuse('SIGNATURE', 'its signature does not verify');
}

/**
 * What a receiver knows of a partner's keys after a statement. A statement speaks from its own issue on: a new key is
 * valid no earlier, an end or a revocation counts no earlier, so that nobody can un-say the receipts given before. An end
 * or revocation that is known already never moves later.
 *
 * @param known every key of the partner before, by {@link mergeKeys}
 * @param nowMs the receiver's own time; bounds what `issuedAt` claims
 * @throws KEY_STATEMENT_REFUSED
 */
export function applyStatement(
  known: readonly PartnerKey[],
  statement: KeyStatement,
  nowMs: number,
): PartnerKey[] {
  checkSigner(known, statement, nowMs);
  const earliestMs = Date.parse(statement.issuedAt) - SLACK_MS;
  const keys = new Map(known.map((it) => [it.id, it]));
  for (const stated of statement.keys) {
    if (findRawKey(stated.algorithm, stated.publicKey) === null) {
      throw refuse('NOT_A_KEY', `key ${stated.id} is no public key of ${stated.algorithm}`);
    }
    const until = notBefore(stated.until, earliestMs);
    const revokedAt = notBefore(stated.revokedAt, earliestMs);
    const before = keys.get(stated.id);
    if (before !== undefined) {
      if (!isSameKey(before, stated)) throw refuse('REPLACED', `key ${stated.id} is another key than before`);
      const ends = { until: earlier(before.until, until), revokedAt: earlier(before.revokedAt, revokedAt) };
      keys.set(stated.id, { ...before, ...ends });
      continue;
    }
    if ([...keys.values()].some((it) => isSameKey(it, stated))) {
      throw refuse('TWO_IDS', `key ${stated.id} is known under another id`);
    }
    const from = notBefore(stated.from, earliestMs) ?? stated.from;
    keys.set(stated.id, { ...stated, from, until, revokedAt });
  }
  return [...keys.values()];
}

/**
 * The statement that announces a ring, and the ring with it among its announcements.
 *
 * @param signer a key that partners know already: the one that signs now, never the new one
 */
export function stateKeys(
  hub: string,
  ring: RingContent,
  by: { signer: Signer; at: Date },
): { statement: KeyStatement; ring: RingContent } {
  const last = ring.announcements.at(-1) as KeyStatement | undefined;
  const issuedMs = Math.max(by.at.getTime(), last === undefined ? 0 : Date.parse(last.issuedAt) + 1);
  const keys = ring.keys.slice(-MAX_STATEMENT_KEYS).map((it) => ({
    id: it.id,
    algorithm: it.algorithm,
    publicKey: it.publicKey,
    from: it.from,
    until: it.until,
    revokedAt: it.revokedAt,
  }));
  const statement = signDocument(
    {
      type: 'KEY_STATEMENT' as const,
      protocol: 'xinqiao/1' as const,
      hub,
      keys,
      issuedAt: new Date(issuedMs).toISOString(),
    },
    by.signer,
  );
  return { statement, ring: { ...ring, announcements: [...ring.announcements, statement] } };
}

import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { idChunks } from '../../infra/mongo/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { findChanges } from '../../registry/changes/index.ts';
import { claimLease, newHolder, releaseLease } from '../../registry/leases/index.ts';
import { findRecords } from '../../registry/records/index.ts';
import {
  findHolders,
  listDeliveryKeys,
  newDelivery,
  openDeliveries,
  replaceDeliveries,
  supersedeOlder,
  type DeliveryDocument,
} from '../delivery/index.ts';
import { newestOfRecord, owedVersionFor } from '../owed/index.ts';
import { isReachable, type Caller, type PartnerDirectory } from '../partners/index.ts';
import { ABSENT, listTerms, storeTerms, type TermsDocument } from './terms-store.ts';

const BATCH = 500;
const LEASE_MS = 10_000;

function digestOf(directory: PartnerDirectory, partner: PartnerTerms): string {
  return sha256Hex(JSON.stringify([directory.routeOf(partner), directory.self(), isReachable(partner)]));
}

/** What a partner is owed now of the records it holds, where that is another content than what was delivered. */
async function owedNow(
  caller: Caller,
  partner: PartnerTerms,
  keys: readonly string[],
): Promise<DeliveryDocument[]> {
  const { database, directory } = caller;
  const at = database.clock.now();
  const records = await findRecords(database, keys);
  const owed = records.flatMap((record) => {
    const newest = newestOfRecord(record);
    const it = newest === null ? null : owedVersionFor(newest, partner, { directory, holds: true });
    return it === null ? [] : [it];
  });
  const places = await findChanges(
    database,
    owed.map((it) => it.element),
  );
  const seqOf = new Map(places.map((it) => [`${it.key} ${it.v}`, it._id]));
  return owed.flatMap(({ element, sends }) => {
    // A version without a place yet is the relay's, which reads the same terms.
    const seq = seqOf.get(`${element.key} ${element.v}`);
    const mode = isReachable(partner) ? 'PUSH' : 'PULL';
    return seq === undefined ? [] : [newDelivery(partner.id, { ...element, seq }, { mode, at, sends })];
  });
}

/**
 * Compares the terms of each partner with those it was last seen under, and where they changed goes through what that
 * partner holds: of what it is not owed any more it gets withdrawals, and what was taken back and is owed again it gets
 * again. In batches, each safe to repeat.
 */
export class TermsWatch {
  readonly #caller: Caller;
  readonly #holder = newHolder();
  #settled = false;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  async #walk(partner: PartnerTerms, terms: TermsDocument & { after: string }): Promise<void> {
    const { database } = this.#caller;
    const batch = await listDeliveryKeys(database, partner.id, { after: terms.after, limit: BATCH });
    for (const keys of idChunks([...new Set(batch.map((it) => it.key))])) {
      const holders = await findHolders(database, keys);
      const held = keys.filter((it) => holders.get(it)?.has(partner.id) === true);
      const owed = await owedNow(this.#caller, partner, held);
      const withdrawals = owed.filter((it) => it.sends === 'WITHDRAWAL');
      await openDeliveries(database, withdrawals);
      await replaceDeliveries(database, owed, false);
      await supersedeOlder(database, withdrawals);
    }
    const after = batch.length < BATCH ? null : (batch.at(-1)?._id ?? null);
    await storeTerms(database, { ...terms, after });
  }

  async #look(partner: PartnerTerms, known: TermsDocument | null): Promise<boolean> {
    const { database, directory } = this.#caller;
    const digest = digestOf(directory, partner);
    if (known?.digest !== digest) {
      await storeTerms(database, { _id: partner.id, digest, after: known === null ? null : '' });
      if (known === null) return true;
      const details = { partner: partner.id };
      await appendAudit(database, [
        { event: 'PARTNER_TERMS_CHANGED', actor: directory.hub.id, purpose: null, code: null, details },
      ]);
      return false;
    }
    const { after } = known;
    if (after === null) return true;
    await this.#walk(partner, { ...known, after });
    return false;
  }

  /** Goes one batch on for each partner. @returns partners that have more to be gone through */
  async step(): Promise<number> {
    if (this.#settled) return 0;
    const { database } = this.#caller;
    const lease = await claimLease(database, 'terms', { holder: this.#holder, forMs: LEASE_MS });
    if (lease === null) return 0;
    try {
      return await this.#round();
    } finally {
      await releaseLease(database, lease);
    }
  }

  async #round(): Promise<number> {
    const { database, directory } = this.#caller;
    const known = new Map((await listTerms(database)).map((it) => [it._id, it]));
    let open = 0;
    for (const partner of directory.list()) {
      if (!(await this.#look(partner, known.get(partner.id) ?? null))) open += 1;
      known.delete(partner.id);
    }
    for (const { _id } of known.values()) await storeTerms(database, { _id, digest: ABSENT, after: null });
    this.#settled = open === 0;
    return open;
  }
}

import { listChanges, type ChangeDocument } from '../../registry/changes/index.ts';
import { claimLease, newHolder } from '../../registry/leases/index.ts';
import {
  findHolders,
  newDelivery,
  openDeliveries,
  replaceDeliveries,
  supersedeOlder,
  type DeliveryDocument,
} from '../delivery/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import type { PartnerDirectory } from '../partners/index.ts';
import { noteDue } from '../holders/index.ts';
import { owedVersionFor, versionOfChange } from '../owed/index.ts';
import { advanceCursor, readCursor } from './cursor-store.ts';

const BATCH = 500;
const LEASE_MS = 10_000;
const CURSOR = 'relay';

/**
 * The delivery that a change makes for a partner: the version, or the withdrawal of the key for a holder that is not
 * entitled to it.
 *
 * @param to `holds`: whether the partner holds, or may hold, a version that this hub sent
 * @returns null where nothing is owed
 */
export function deliveryFor(
  change: ChangeDocument,
  partner: PartnerTerms,
  to: { directory: PartnerDirectory; holds: boolean; at: Date },
): DeliveryDocument | null {
  const owed = owedVersionFor(versionOfChange(change), partner, to);
  if (owed === null) return null;
  const { sends, mode, element } = owed;
  return newDelivery(partner.id, { ...element, seq: change._id }, { mode, at: to.at, sends });
}

/** Turns changes into deliveries for every entitled partner and every holder of an earlier version. */
export class Relay {
  readonly #database: HubDatabase;
  readonly #directory: PartnerDirectory;
  readonly #holder = newHolder();

  constructor(database: HubDatabase, directory: PartnerDirectory) {
    this.#database = database;
    this.#directory = directory;
  }

  #deliveriesOf(change: ChangeDocument, holders: ReadonlySet<string>, now: Date): DeliveryDocument[] {
    const directory = this.#directory;
    return directory.list().flatMap((partner) => {
      const delivery = deliveryFor(change, partner, { directory, holds: holders.has(partner.id), at: now });
      return delivery === null || delivery.mode === 'PULL' ? [] : [delivery];
    });
  }

  /**
   * Fans one batch of changes out. Idempotent: a crash repeats the batch, and deliveries that exist stay.
   *
   * @returns changes read; 0 when nothing is new or another process relays
   */
  async step(): Promise<number> {
    const lease = await claimLease(this.#database, 'relay', { holder: this.#holder, forMs: LEASE_MS });
    if (lease === null) return 0;
    const changes = await listChanges(this.#database, await readCursor(this.#database, CURSOR), BATCH);
    const last = changes.at(-1);
    if (last === undefined) return 0;
    const later = changes.filter((it) => it.v > 1 || it.n !== undefined).map((it) => it.key);
    const holders =
      later.length === 0 ? new Map<string, Set<string>>() : await findHolders(this.#database, later);
    const now = this.#database.clock.now();
    const deliveries = changes.flatMap((it) => this.#deliveriesOf(it, holders.get(it.key) ?? new Set(), now));
    await openDeliveries(this.#database, deliveries);
    const again = new Set(changes.filter((it) => it.n !== undefined).map((it) => it._id));
    await replaceDeliveries(
      this.#database,
      deliveries.filter((it) => again.has(it.seq)),
      true,
    );
    await supersedeOlder(
      this.#database,
      deliveries.filter((it) => it.v > 1),
    );
    const newer = changes.filter((it) => it.v > 1 || it.n !== undefined);
    await noteDue(
      this.#database,
      newer.map(({ key, v, hash, operation, at }) => ({
        key,
        due: { v, hash, withdraws: operation === 'WITHDRAW', at },
      })),
    );
    await advanceCursor(this.#database, CURSOR, last._id);
    return changes.length;
  }
}

import { decideRoute, type RoutedRecord } from '../../domain/routing/index.ts';
import { listChanges, type ChangeDocument } from '../../registry/changes/index.ts';
import { claimLease, newHolder } from '../../registry/leases/index.ts';
import {
  findHolders,
  newDelivery,
  openDeliveries,
  supersedeOlder,
  type DeliveryDocument,
} from '../delivery/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { PartnerDirectory } from '../partners/index.ts';
import { advanceCursor, readCursor } from './cursor-store.ts';

const BATCH = 500;
const LEASE_MS = 10_000;
const CURSOR = 'relay';

/** A change as routing reads it. */
export function routedRecordOf(change: ChangeDocument): RoutedRecord {
  return {
    key: change.key,
    kind: change.kind,
    origin: change.origin,
    receivedFrom: change.receivedFrom,
    via: change.via,
    producerRegion: change.producerRegion,
    subjectRegion: change.subjectRegion,
    dataset: change.dataset,
    disclosureClass: change.disclosureClass,
  };
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
    const record = routedRecordOf(change);
    const self = this.#directory.self();
    return this.#directory.list().flatMap((partner) => {
      const route = decideRoute(record, this.#directory.routeOf(partner), self);
      const comesFromThere = partner.id === change.receivedFrom || partner.id === change.origin;
      const holds = holders.has(partner.id) && !comesFromThere;
      if (!route.owed && !holds) return [];
      const mode = route.mode ?? (partner.receives?.mode === 'PULL' ? 'PULL' : 'PUSH');
      if (mode === 'PULL') return [];
      return [newDelivery(partner.id, { ...change, seq: change._id }, { mode, at: now })];
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
    const later = changes.filter((it) => it.v > 1).map((it) => it.key);
    const holders =
      later.length === 0 ? new Map<string, Set<string>>() : await findHolders(this.#database, later);
    const now = this.#database.clock.now();
    const deliveries = changes.flatMap((it) => this.#deliveriesOf(it, holders.get(it.key) ?? new Set(), now));
    await openDeliveries(this.#database, deliveries);
    await supersedeOlder(
      this.#database,
      deliveries.filter((it) => it.v > 1),
    );
    await advanceCursor(this.#database, CURSOR, last._id);
    return changes.length;
  }
}

import type { HubFile, PartnerKey, PartnerTerms, Platform } from '../../contracts/manifests/index.ts';
import type { PartnerRoute, SelfRoute } from '../../domain/routing/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { isKeyValidAt, mergeKeys } from '../protocol/index.ts';
import { listPartnerKeys } from './partner-key-store.ts';

/** How long the keys of accepted statements are good without another look at the database. */
const KEYS_FRESH_MS = 2_000;
const ASK_EVERY_MS = 10_000;

/** What a platform takes by its manifest, as a subscription: whole datasets of its region's authorities. */
function routeOfPlatform(partner: PartnerTerms, platform: Platform): PartnerRoute {
  return {
    partner: partner.id,
    relation: partner.relation,
    region: partner.region,
    receives: {
      kinds: 'ALL',
      datasets: Object.keys(platform.records).map((it) => it.replace(/@\d+$/, '')),
      producerRegions: platform.takes.producerRegions ?? [platform.metadata.region],
      mode: 'PUSH',
    },
  };
}

/** Whether a partner can be reached: by its address, or by the way its platform's manifest declares. */
export function isReachable(partner: PartnerTerms): boolean {
  return partner.url !== undefined || partner.platform !== undefined;
}

/** The platforms this hub exchanges with, and their keys. */
export class PartnerDirectory {
  readonly hub: HubFile;
  #partners: ReadonlyMap<string, PartnerTerms>;
  readonly #platforms: ReadonlyMap<string, Platform>;
  /** Partners that stand in the hub file no more: no key of theirs counts. */
  #gone: ReadonlySet<string> = new Set();
  /** Keys of accepted statements by partner. */
  #stated: ReadonlyMap<string, readonly PartnerKey[]> = new Map();
  #statedAtMs = Number.NEGATIVE_INFINITY;
  readonly #askedAtMs = new Map<string, number>();
  #refreshing: Promise<void> | null = null;

  /** @param platforms manifests of the partners that are not Xinqiao, each under its own id */
  constructor(hub: HubFile, platforms: readonly Platform[] = []) {
    this.hub = hub;
    this.#platforms = new Map(platforms.map((it) => [it.metadata.id, it]));
    this.#partners = new Map(hub.partners.map((it) => [it.id, it]));
  }

  /** Every partner, in the order of the hub file. */
  list(): PartnerTerms[] {
    return [...this.#partners.values()];
  }

  /** One partner, or null. */
  find(id: string): PartnerTerms | null {
    return this.#partners.get(id) ?? null;
  }

  /** One partner. @throws UNKNOWN_PARTNER */
  get(id: string): PartnerTerms {
    const partner = this.find(id);
    if (partner === null)
      throw new HubError('UNKNOWN_PARTNER', 'refused', `no partner ${id} is declared in the hub file`);
    return partner;
  }

  /** The manifest of a partner that is not Xinqiao, or null for a hub. */
  findPlatform(partner: PartnerTerms): Platform | null {
    return partner.platform === undefined ? null : (this.#platforms.get(partner.platform) ?? null);
  }

  /** Every key of a partner: those of the hub file, and those of its statements as far as they were looked up. */
  keysOf(partner: PartnerTerms): PartnerKey[] {
    if (this.#gone.has(partner.id)) return [];
    const { keys } = this.#partners.get(partner.id) ?? partner;
    return mergeKeys(keys, this.#stated.get(partner.id) ?? []);
  }

  /**
   * Takes keys and query terms of a changed hub file, so that a right that a person ended ends now. A partner that is
   * gone from the file has neither; what else changed, and partners that are new, count from the next start.
   */
  takeAccess(hub: Pick<HubFile, 'partners'>): void {
    const now = new Map(hub.partners.map((it) => [it.id, it]));
    this.#gone = new Set([...this.#partners.keys()].filter((it) => !now.has(it)));
    const taken = this.list().map((partner): PartnerTerms => {
      const terms = now.get(partner.id);
      return { ...partner, keys: terms?.keys ?? partner.keys, query: terms?.query ?? null };
    });
    this.#partners = new Map(taken.map((it) => [it.id, it]));
  }

  /**
   * The key of a partner that was valid at an instant, or null.
   *
   * @param at seconds since 1970; mostly the signer's own word, see {@link isKeyValidAt}
   */
  findKey(partner: PartnerTerms, keyId: string, at: number): PartnerKey | null {
    const key = this.keysOf(partner).find((it) => it.id === keyId);
    return key !== undefined && isKeyValidAt(key, at * 1_000) ? key : null;
  }

  /** Whether a partner may be asked for its keys now: not more often than every ten seconds. */
  claimKeyFetch(partner: PartnerTerms): boolean {
    const nowMs = performance.now();
    if (nowMs - (this.#askedAtMs.get(partner.id) ?? Number.NEGATIVE_INFINITY) < ASK_EVERY_MS) return false;
    this.#askedAtMs.set(partner.id, nowMs);
    return true;
  }

  /** Looks up the keys of accepted statements where the last look is older than two seconds, or when forced. */
  async refreshKeys(database: HubDatabase, how: { force: boolean } = { force: false }): Promise<void> {
    if (!how.force && performance.now() - this.#statedAtMs < KEYS_FRESH_MS) return;
    if (how.force) await this.#refreshing;
    this.#refreshing ??= this.#readKeys(database).finally(() => (this.#refreshing = null));
    await this.#refreshing;
  }

  async #readKeys(database: HubDatabase): Promise<void> {
    const startedMs = performance.now();
    const rows = await listPartnerKeys(database);
    this.#stated = new Map(rows.map((it) => [it._id, it.keys]));
    this.#statedAtMs = startedMs;
  }

  /** This hub as routing reads it: only what a child brought goes on up. */
  self(): SelfRoute {
    const children = this.list().filter((it) => it.relation === 'CHILD');
    return { hub: this.hub.id, region: this.hub.region, children: children.map((it) => it.id) };
  }

  /** The terms of a partner as routing reads them. */
  routeOf(partner: PartnerTerms): PartnerRoute {
    const platform = this.findPlatform(partner);
    if (platform !== null) return routeOfPlatform(partner, platform);
    return {
      partner: partner.id,
      relation: partner.relation,
      region: partner.region,
      receives: partner.receives,
    };
  }
}

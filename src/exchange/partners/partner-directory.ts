import type { HubFile, PartnerKey, PartnerTerms } from '../../contracts/manifests/index.ts';
import type { PartnerRoute, SelfRoute } from '../../domain/routing/index.ts';
import { HubError } from '../../domain/hub-error.ts';

/** The platforms this hub exchanges with, and their keys. */
export class PartnerDirectory {
  readonly hub: HubFile;
  readonly #partners: ReadonlyMap<string, PartnerTerms>;

  constructor(hub: HubFile) {
    this.hub = hub;
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

  /** The raw public key of a partner that was valid at an instant, or null. @param at seconds since 1970 */
  findKey(partner: PartnerTerms, keyId: string, at: number): string | null {
    const key = partner.keys.find((it) => it.id === keyId);
    return key !== undefined && isValidAt(key, at * 1_000) ? key.publicKey : null;
  }

  /** This hub as routing reads it: only what a child brought goes on up. */
  self(): SelfRoute {
    const children = this.list().filter((it) => it.relation === 'CHILD');
    return { hub: this.hub.id, region: this.hub.region, children: children.map((it) => it.id) };
  }

  /** The terms of a partner as routing reads them. */
  routeOf(partner: PartnerTerms): PartnerRoute {
    return {
      partner: partner.id,
      relation: partner.relation,
      region: partner.region,
      receives: partner.receives,
    };
  }
}

function isValidAt(key: PartnerKey, atMs: number): boolean {
  if (atMs < Date.parse(key.from)) return false;
  if (key.until !== null && atMs > Date.parse(key.until)) return false;
  return key.revokedAt === null || atMs < Date.parse(key.revokedAt);
}

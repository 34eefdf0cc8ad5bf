import type { Audience } from '../../domain/disclosure/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import type { RecordKind } from '../../domain/record/index.ts';
import { isWithinRegion } from '../../domain/subject/index.ts';
import { HubError } from '../../domain/hub-error.ts';

/** Who asks, as the door found out: nobody in particular, a platform that signed, or this hub itself. */
export type Asker = {
  readonly channel: 'PUBLIC' | 'PARTNER' | 'OWN';
  /** Platform that signed the request; null on the public channel. */
  readonly hub: string | null;
  /** Purpose it named and its terms allow. */
  readonly purpose: string | null;
  readonly scopes: readonly string[];
  /** Platform for which `hub` asks, where it says so; both hubs log it. */
  readonly onBehalfOf: string | null;
  /** Document and article that allow the purpose, as the token names them. */
  readonly basis: string | null;
  /** Regions whose authorities' records it may read beyond what is published; null: all. */
  readonly regions: readonly string[] | null;
};

/** What a verified token grants. */
export type TokenGrant = {
  readonly issuer: string;
  /** Its `jti`. */
  readonly id: string;
  readonly scopes: readonly string[];
  readonly purpose: string;
  readonly basis: string;
  /** Platform for which a hub asks. */
  readonly actor: string | null;
};

/** The unsigned asker. */
export const PUBLIC_ASKER: Asker = {
  channel: 'PUBLIC',
  hub: null,
  purpose: null,
  scopes: [],
  onBehalfOf: null,
  basis: null,
  regions: null,
};

/** This hub asking itself: the command line and the operators. */
export const OWN_ASKER: Asker = {
  channel: 'OWN',
  hub: null,
  purpose: null,
  scopes: [],
  onBehalfOf: null,
  basis: null,
  regions: null,
};

/** Scope that a partner needs for records of a kind, such as `read:list-entry`. */
export function scopeOf(kind: RecordKind): string {
  return `read:${kind.toLowerCase().replaceAll('_', '-')}`;
}

/** Scope that the public channel has and nobody else needs: to read what is published. */
export const PUBLIC_SCOPE = 'read:public';

/** Whether an asker may do what a scope names. */
export function hasScope(asker: Asker, scope: string): boolean {
  if (asker.channel === 'OWN') return true;
  return asker.channel === 'PUBLIC' ? scope === PUBLIC_SCOPE : asker.scopes.includes(scope);
}

/** The refusal of a field for want of its scope. */
export function scopeMissing(scope: string): HubError {
  return new HubError('SCOPE_MISSING', 'refused', `this field needs the scope ${scope}`, {
    details: { hint: `ask the operator of this hub to add ${scope} to the terms` },
  });
}

/** Whether an asker's terms reach the records of a region. */
export function reachesRegion({ regions }: Pick<Asker, 'regions'>, region: string): boolean {
  return regions === null || regions.some((it) => isWithinRegion(region, it));
}

/** The asker as disclosure reads it; for records of a region that its terms do not reach it is the public. */
export function audienceOf(asker: Asker, producerRegion: string): Audience {
  if (asker.channel === 'PARTNER') {
    if (!reachesRegion(asker, producerRegion)) return { channel: 'PUBLIC' };
    return { channel: 'PARTNER', hub: asker.hub ?? '', scopes: asker.scopes, purpose: asker.purpose ?? '' };
  }
  return { channel: asker.channel };
}

/** What a signed request says of itself. */
export type SaidOfAsker = {
  readonly purpose: string | undefined;
  readonly onBehalfOf: string | undefined;
  readonly publicOnly: boolean;
  /** The verified token it brought, or null. */
  readonly token: TokenGrant | null;
};

function agreedPurpose(partner: PartnerTerms, said: SaidOfAsker): string {
  const purpose = said.token?.purpose ?? said.purpose;
  if (purpose === undefined || purpose === '') {
    throw new HubError(
      'PURPOSE_MISSING',
      'refused',
      'a signed query names its purpose in its token or in the field xinqiao-purpose',
    );
  }
  if (partner.query?.purposes.includes(purpose) === true) return purpose;
  throw new HubError('PURPOSE_NOT_AGREED', 'refused', `the terms of ${partner.id} do not name this purpose`);
}

/**
 * The asker that a verified partner is, for the purpose it names: its rights are those that both its terms and its token
 * give. One without query terms gets what the public gets.
 *
 * @throws PURPOSE_MISSING, PURPOSE_NOT_AGREED, TOKEN_MISSING
 */
export function askerOf(partner: PartnerTerms, said: SaidOfAsker): Asker {
  const { token } = said;
  const onBehalfOf = token?.actor ?? said.onBehalfOf ?? null;
  const { query } = partner;
  if (query === null || said.publicOnly) return { ...PUBLIC_ASKER, hub: partner.id, onBehalfOf };
  if (token === null && query.tokens === 'required') {
    throw new HubError(
      'TOKEN_MISSING',
      'refused',
      `the terms of ${partner.id} ask for a token: get one and send it`,
    );
  }
  return {
    channel: 'PARTNER',
    hub: partner.id,
    purpose: agreedPurpose(partner, said),
    scopes: token === null ? query.scopes : query.scopes.filter((it) => token.scopes.includes(it)),
    onBehalfOf,
    basis: token?.basis ?? null,
    regions: query.producerRegions ?? null,
  };
}

import type { HubFile } from '../../contracts/manifests/index.ts';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { verifyCaller, type ArrivedRequest, type Caller } from '../../exchange/partners/index.ts';
import { isKeyRevokedAt } from '../../exchange/protocol/index.ts';
import { askerOf, PUBLIC_ASKER, type Asker, type SaidOfAsker } from '../shared/index.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { judgeToken } from './judge-token.ts';
import { listRevocations } from './revocation-store.ts';

/** How long what is known of revocations is good, in milliseconds. */
const FRESH_MS = 1_000;
const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i;
const SLUG = /^[a-z][a-z0-9-]{1,62}$/;

/** Who asks, and by what that can be asked again while the request runs. */
export type Entry = {
  readonly asker: Asker;
  /** Null for the unsigned asker, who has no right that could end. */
  readonly held: Held | null;
};

type Held = { readonly partner: string; readonly keyId: string; readonly said: SaidOfAsker };

/** The token of a request, or null; another scheme than Bearer is none of ours, such as a proxy's. */
function bearerOf(authorization: string | undefined): string | null {
  if (authorization === undefined || !/^bearer( |$)/i.test(authorization)) return null;
  const token = BEARER.exec(authorization)?.[1];
  if (token !== undefined) return token;
  throw new HubError('TOKEN_MALFORMED', 'refused', 'the field Authorization is of the form "Bearer <token>"');
}

function checkFields(fields: ArrivedRequest['fields'], said: SaidOfAsker): void {
  const { token } = said;
  const actor = fields['xinqiao-on-behalf-of'];
  if (actor !== undefined && !SLUG.test(actor))
    throw new HubError('BAD_REQUEST', 'refused', 'xinqiao-on-behalf-of is the id of a platform');
  if (token === null) return;
  const purpose = fields['xinqiao-purpose'];
  const differs =
    (purpose !== undefined && purpose !== token.purpose) || (actor !== undefined && actor !== token.actor);
  if (differs)
    throw new HubError(
      'TOKEN_DIFFERS',
      'refused',
      'purpose or original asker is another than the token says',
    );
}

/** Whether an asker may read less than before: another channel, a scope less, or a region less. */
function isLess(now: Asker, before: Asker): boolean {
  if (now.channel !== before.channel || before.scopes.some((it) => !now.scopes.includes(it))) return true;
  const { regions } = now;
  return regions !== null && (before.regions === null || before.regions.some((it) => !regions.includes(it)));
}

/** Finds out who may ask, and whether that still holds. */
export class Access {
  readonly #caller: Caller;
  readonly #publicUrl: string;
  readonly #issuers: IssuerKeys;
  #revoked: ReadonlySet<string> = new Set();
  #readAtMs = Number.NEGATIVE_INFINITY;

  /** @throws JWKS_BAD */
  constructor(parts: { caller: Caller; hub: Pick<HubFile, 'issuers'>; publicUrl: string }) {
    this.#caller = parts.caller;
    this.#publicUrl = parts.publicUrl;
    this.#issuers = new IssuerKeys(parts.hub.issuers ?? []);
  }

  /** Lets an unsigned request pass as the public. @throws TOKEN_NOT_BOUND, TOKEN_MALFORMED where it brings a token */
  admitUnsigned(fields: ArrivedRequest['fields']): Entry {
    if (bearerOf(fields['authorization']) !== null)
      throw new HubError(
        'TOKEN_NOT_BOUND',
        'refused',
        'a token counts only on a request signed by the key it names',
      );
    return { asker: PUBLIC_ASKER, held: null };
  }

  /**
   * Finds out which platform signed a request and what it may do.
   *
   * @throws every code of `verifyCaller`, `judgeToken` and `askerOf`; TOKEN_DIFFERS, TOKEN_REVOKED, TERMS_MISSING
   */
  async identify(request: ArrivedRequest): Promise<Entry> {
    const { fields } = request;
    const { partner, signature } = await verifyCaller(this.#caller, request, this.#publicUrl);
    const bearer = bearerOf(fields['authorization']);
    if (bearer !== null && partner.query === null)
      throw new HubError('TERMS_MISSING', 'refused', `there are no query terms for ${partner.id}`);
    const { keyId } = signature;
    const token = bearer === null ? null : await judgeToken(bearer, { partner, keyId }, this.#trust());
    const said: SaidOfAsker = {
      purpose: fields['xinqiao-purpose'],
      onBehalfOf: fields['xinqiao-on-behalf-of'],
      publicOnly: fields['xinqiao-audience'] === 'PUBLIC',
      token,
    };
    checkFields(fields, said);
    if (token !== null && performance.now() - this.#readAtMs > FRESH_MS) await this.readRevocations();
    this.#refuseRevoked(said);
    return { asker: askerOf(partner, said), held: { partner: partner.id, keyId, said } };
  }

  /** Reads anew what is revoked. */
  async readRevocations(): Promise<void> {
    const startedMs = performance.now();
    const rows = await listRevocations(this.#caller.database);
    this.#revoked = new Set(rows.map((it) => `${it.kind}:${it.id}`));
    this.#readAtMs = startedMs;
  }

  /** Takes the terms of a changed hub file. @throws JWKS_BAD; then nothing changes */
  takeTerms(hub: HubFile): void {
    this.#issuers.take(hub.issuers ?? []);
    this.#caller.directory.takeAccess(hub);
  }

  /** Why a request that runs may run no longer, by what is known now; null: it may. */
  findEnd({ asker, held }: Entry): HubError | null {
    if (held === null) return null;
    const { directory, database } = this.#caller;
    try {
      const partner = directory.get(held.partner);
      const key = directory.keysOf(partner).find((it) => it.id === held.keyId);
      if (key === undefined || isKeyRevokedAt(key, database.clock.now().getTime())) return this.#ended('key');
      this.#refuseRevoked(held.said);
      const now = askerOf(partner, held.said);
      return isLess(now, asker) ? this.#ended('terms') : null;
    } catch (error) {
      return this.#ended(toHubError(error).code);
    }
  }

  #ended(by: string): HubError {
    return new HubError('ACCESS_REVOKED', 'refused', 'the right to ask ended while the request ran', {
      details: { by },
    });
  }

  #trust() {
    return { caller: this.#caller, issuers: this.#issuers, publicUrl: this.#publicUrl };
  }

  #refuseRevoked({ token }: SaidOfAsker): void {
    if (token === null) return;
    const { directory } = this.#caller;
    const known = [directory.hub.id, directory.find(token.issuer)?.id].includes(token.issuer);
    const gone = !known && !this.#issuers.knows(token.issuer);
    if (gone || this.#revoked.has(`token:${token.id}`) || this.#revoked.has(`issuer:${token.issuer}`))
      throw new HubError('TOKEN_REVOKED', 'refused', 'this token or its issuer is revoked here');
  }
}

import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { KeyRing, Signer } from '../../infra/signing/index.ts';
import { ExchangeCounts } from './exchange-counts.ts';
import type { PartnerDirectory } from './partner-directory.ts';

/** What a signed call needs of the calling hub. */
export type Caller = {
  readonly directory: PartnerDirectory;
  readonly database: HubDatabase;
  /** The key that signs now. Take it once for each document: the next look may give the next key. */
  readonly signer: Signer;
  /** The hub's own keys, where they can be rotated; without it there is the one signer. */
  readonly ring?: KeyRing;
};

/** A caller that also counts what it exchanges. */
export type CountingCaller = Caller & { readonly counts: ExchangeCounts };

/** A caller whose signer is the ring's key of the moment. */
export function callerOf(parts: {
  directory: PartnerDirectory;
  database: HubDatabase;
  ring: KeyRing;
}): CountingCaller {
  return {
    ...parts,
    counts: new ExchangeCounts(),
    get signer() {
      return parts.ring.signer();
    },
  };
}

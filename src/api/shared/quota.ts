/** What an asker may still ask for in the present minute, in cost units. */
export type Quota = {
  /** Which quota it is: of an address class, or of a partner and purpose. */
  readonly policy: 'public' | 'partner';
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** When the whole limit is there again, if nothing is asked meanwhile. */
  readonly resetAt: Date;
};

import { readFileSync } from 'node:fs';
import type { IssuerTerms } from '../../contracts/manifests/index.ts';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { fileStamp } from '../../infra/files/index.ts';
import { callHttp } from '../../infra/http/index.ts';
import { parseJwks, type PublicJwk } from '../../infra/tokens/index.ts';

/** How long fetched keys are good without another look, in milliseconds. */
const FRESH_MS = 300_000;
/** How long they still count where the issuer does not answer. */
const STALE_MS = 3_600_000;
/** Least time between two fetches of one issuer, whatever keys tokens name. */
const FETCH_EVERY_MS = 10_000;
const FILE_LOOK_MS = 500;
const TIMEOUT_MS = 2_000;
const MAX_BYTES = 65_536;

type Held = {
  keys: readonly PublicJwk[];
  /** When the keys were read, by the process's own time. */
  readAtMs: number;
  /** When reading them was tried last. */
  triedAtMs: number;
  stamp: string;
};

const NEVER = Number.NEGATIVE_INFINITY;

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HubError('JWKS_BAD', 'config', `the key set ${path} cannot be read`, { cause });
  }
}

/** The public keys of the issuers that the hub file names. */
export class IssuerKeys {
  #issuers: ReadonlyMap<string, IssuerTerms> = new Map();
  readonly #held = new Map<string, Held>();
  readonly #fetching = new Map<string, Promise<void>>();
  readonly #nowMs: () => number;

  /** @throws JWKS_BAD with every fault of every file */
  constructor(issuers: readonly IssuerTerms[], nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.take(issuers);
  }

  /** Takes the issuers of a changed hub file. @throws JWKS_BAD with every fault; then the former ones stay */
  take(issuers: readonly IssuerTerms[]): void {
    const faults: string[] = [];
    for (const { jwks } of issuers) {
      if (!('file' in jwks)) continue;
      try {
        parseJwks(readFile(jwks.file), jwks.file);
      } catch (error) {
        faults.push(toHubError(error).message);
      }
    }
    if (faults.length > 0)
      throw new HubError('JWKS_BAD', 'config', faults.join('; '), { details: { faults } });
    this.#issuers = new Map(issuers.map((it) => [it.id, it]));
    this.#held.clear();
  }

  /** Whether the hub file names an issuer. */
  knows(issuer: string): boolean {
    return this.#issuers.has(issuer);
  }

  /** Whether an issuer may issue tokens for a platform. */
  trusts(issuer: string, platform: string): boolean {
    return this.#issuers.get(issuer)?.platforms.includes(platform) ?? false;
  }

  /**
   * The keys of an issuer. A key id that they do not name is looked for once more, at most every ten seconds.
   *
   * @throws TOKEN_ISSUER_UNKNOWN, ISSUER_KEYS_UNAVAILABLE (transient)
   */
  async keysOf(issuer: string, keyId: string | null): Promise<readonly PublicJwk[]> {
    const terms = this.#issuers.get(issuer);
    if (terms === undefined)
      throw new HubError('TOKEN_ISSUER_UNKNOWN', 'refused', 'this issuer is not trusted here');
    const { jwks } = terms;
    const held = this.#heldOf(issuer);
    if ('file' in jwks) this.#lookAtFile(jwks.file, held);
    else {
      const names = keyId === null || held.keys.some((it) => it.kid === keyId);
      const old = this.#nowMs() - held.readAtMs > FRESH_MS;
      if ((old || !names) && this.#nowMs() - held.triedAtMs >= FETCH_EVERY_MS)
        this.#fetch(issuer, jwks.url, held);
      await this.#fetching.get(issuer);
    }
    if (held.keys.length > 0 && this.#nowMs() - held.readAtMs < STALE_MS) return held.keys;
    throw new HubError(
      'ISSUER_KEYS_UNAVAILABLE',
      'transient',
      'the issuer’s keys cannot be fetched at present',
    );
  }

  #heldOf(issuer: string): Held {
    const known = this.#held.get(issuer);
    if (known !== undefined) return known;
    const made: Held = { keys: [], readAtMs: NEVER, triedAtMs: NEVER, stamp: '' };
    this.#held.set(issuer, made);
    return made;
  }

  #lookAtFile(path: string, held: Held): void {
    const nowMs = this.#nowMs();
    if (nowMs - held.triedAtMs < FILE_LOOK_MS) return;
    held.triedAtMs = nowMs;
    const stamp = fileStamp(path);
    held.readAtMs = nowMs;
    if (stamp === held.stamp) return;
    held.stamp = stamp;
    try {
      held.keys = parseJwks(readFile(path), path);
    } catch {
      // A set that was taken away or cannot be read any more vouches for nobody.
      held.keys = [];
    }
  }

  #fetch(issuer: string, url: string, held: Held): void {
    held.triedAtMs = this.#nowMs();
    const fetching = this.#read(url)
      .then((keys) => {
        held.keys = keys;
        held.readAtMs = this.#nowMs();
      })
      .catch(() => undefined)
      .finally(() => this.#fetching.delete(issuer));
    this.#fetching.set(issuer, fetching);
  }

  async #read(url: string): Promise<PublicJwk[]> {
    const answer = await callHttp({ method: 'GET', url, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
    if (answer.status !== 200) throw new HubError('HTTP_UNREACHABLE', 'transient', 'the issuer gave no keys');
    return parseJwks(answer.body.toString('utf8'), 'of the issuer');
  }
}

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { HubError } from '../../domain/hub-error.ts';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './public-key.ts';
import { generateSigningKey, loadSigner, type Signer } from './signer.ts';

/** How long a key that was followed by another one stays valid: what it signed last may still be on its way. */
export const KEY_OVERLAP_MS = 300_000;
/** How far before its making a key is valid: requests name whole seconds, and a database's clock may be behind ours. */
export const KEY_HEAD_START_MS = 5_000;
/** How often a running process looks whether the ring was changed. */
const LOOK_EVERY_MS = 1_000;
const EPOCH = '1970-01-01T00:00:00.000Z';

const instantSchema = z.iso.datetime({ offset: false });
const ringKeySchema = z.strictObject({
  id: z.string().min(1),
  algorithm: z.enum(SIGNATURE_ALGORITHMS),
  publicKey: z.string().min(1),
  /** Name of the private key's file in the folder of the ring. */
  file: z.string().min(1),
  from: instantSchema,
  until: instantSchema.nullable(),
  revokedAt: instantSchema.nullable(),
  /** When it begins to sign: after `from`, so that the other side has heard of it by then. */
  signsFrom: instantSchema,
});
const ringSchema = z.strictObject({
  version: z.literal(1),
  keys: z.array(ringKeySchema).min(1),
  announcements: z.array(z.json()),
});

/** One private key of a hub: which it is, where it lies, for which span it is valid, and from when it signs. */
export type RingKey = z.output<typeof ringKeySchema>;
/** What the ring file says: the keys, oldest first, and what was announced of them, in order. */
export type RingContent = z.output<typeof ringSchema>;

/** Path of the ring file that belongs to a private key file. */
export function ringFileOf(keyFile: string): string {
  return `${keyFile}.ring.json`;
}

function unreadable(path: string, cause: unknown): HubError {
  return new HubError('KEY_RING_BAD', 'config', `the key ring ${path} cannot be read: restore it`, { cause });
}

/** Writes a file so that a reader sees the old text or the new one, never a part, also after a loss of power. */
function replaceFile(path: string, text: string): void {
  const part = `${path}.${process.pid}.part`;
  const file = openSync(part, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(part, path);
}

/**
 * The private keys of a hub. The configured key file is the first key; a rotation writes a ring file beside it, which a
 * running process takes up within a second. Times are those of the machine's clock.
 */
export class KeyRing {
  readonly #keyFile: string;
  readonly #keyId: string;
  readonly #nowMs: () => number;
  #content: RingContent;
  #stamp = '';
  #lookedAtMs = Number.NEGATIVE_INFINITY;
  readonly #signers = new Map<string, Signer>();

  /** @throws NO_SIGNING_KEY, KEY_RING_BAD */
  constructor(keyFile: string, keyId: string, nowMs: () => number = Date.now) {
    this.#keyFile = keyFile;
    this.#keyId = keyId;
    this.#nowMs = nowMs;
    this.#content = this.#read();
    this.signer();
  }

  #read(): RingContent {
    const path = ringFileOf(this.#keyFile);
    if (!existsSync(path)) {
      const { algorithm, publicKey } = loadSigner(this.#keyFile, this.#keyId);
      const span = { from: EPOCH, until: null, revokedAt: null, signsFrom: EPOCH };
      const first = { id: this.#keyId, algorithm, publicKey, file: basename(this.#keyFile), ...span };
      return { version: 1, keys: [first], announcements: [] };
    }
    let content: RingContent;
    try {
      content = ringSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (cause) {
      throw unreadable(path, cause);
    }
    const configured = content.keys.find((it) => it.id === this.#keyId);
    if (configured?.file === basename(this.#keyFile)) return content;
    throw unreadable(path, new Error(`it does not name ${basename(this.#keyFile)} as key ${this.#keyId}`));
  }

  #look(): void {
    const nowMs = this.#nowMs();
    if (Math.abs(nowMs - this.#lookedAtMs) < LOOK_EVERY_MS) return;
    this.#lookedAtMs = nowMs;
    const stat = statSync(ringFileOf(this.#keyFile), { throwIfNoEntry: false });
    const stamp = stat === undefined ? '' : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
    if (stamp === this.#stamp) return;
    this.#content = this.#read();
    this.#stamp = stamp;
  }

  /** What the ring says, looked up at most each second. @throws KEY_RING_BAD */
  content(): RingContent {
    this.#look();
    return this.#content;
  }

  /** The key that signs now: of those that may, the one that began last. @throws NO_SIGNING_KEY, KEY_RING_BAD */
  current(): RingKey {
    return this.signingIn(this.content());
  }

  /** The key that would sign now by some ring, saved or not. @throws NO_SIGNING_KEY */
  signingIn(content: RingContent): RingKey {
    const nowMs = this.#nowMs();
    const [last] = content.keys
      .filter((it) => it.revokedAt === null && Date.parse(it.signsFrom) <= nowMs)
      .filter((it) => it.until === null || nowMs <= Date.parse(it.until))
      .sort((a, b) => Date.parse(b.signsFrom) - Date.parse(a.signsFrom));
    if (last !== undefined) return last;
    throw new HubError('NO_SIGNING_KEY', 'config', 'every key of the ring has ended or is revoked');
  }

  /**
   * The signer of the key that signs now. Hold it for as long as one document takes: its key never changes.
   *
   * @throws NO_SIGNING_KEY, KEY_RING_BAD
   */
  signer(): Signer {
    return this.signerFor(this.current());
  }

  /** The signer of one key of the ring. @throws NO_SIGNING_KEY */
  signerFor(key: RingKey): Signer {
    const found = this.#signers.get(key.id);
    if (found !== undefined) return found;
    const signer = loadSigner(join(dirname(this.#keyFile), key.file), key.id);
    if (signer.publicKey !== key.publicKey) {
      throw new HubError('NO_SIGNING_KEY', 'config', `${key.file} is not the key ${key.id} of the ring`);
    }
    this.#signers.set(key.id, signer);
    return signer;
  }

  /**
   * Makes a new private key file (mode 0600) and the ring in which it follows every key before it. The ring is not
   * saved: until then nothing uses the new key.
   *
   * @throws KEY_EXISTS
   */
  rotated(options: { algorithm: SignatureAlgorithm; afterSeconds: number; id?: string }): RingContent {
    const atMs = this.#nowMs();
    const content = this.content();
    const id = options.id ?? this.#freeId();
    const file = `${basename(this.#keyFile, '.pem')}-${id}.pem`;
    const { privatePem, publicKey } = generateSigningKey(options.algorithm);
    const taken = content.keys.some((it) => it.id === id);
    if (taken || existsSync(join(dirname(this.#keyFile), file))) {
      throw new HubError('KEY_EXISTS', 'config', `there is a key ${id} or a file ${file} already`);
    }
    const handle = openSync(join(dirname(this.#keyFile), file), 'wx', 0o600);
    writeSync(handle, privatePem);
    fsyncSync(handle);
    closeSync(handle);
    const signsFromMs = atMs + options.afterSeconds * 1_000;
    const until = new Date(signsFromMs + KEY_OVERLAP_MS).toISOString();
    const made: RingKey = {
      id,
      algorithm: options.algorithm,
      publicKey,
      file,
      from: new Date(atMs - KEY_HEAD_START_MS).toISOString(),
      until: null,
      revokedAt: null,
      signsFrom: new Date(signsFromMs).toISOString(),
    };
    const keys = content.keys.map((it) => (it.until === null ? { ...it, until } : it));
    return { ...content, keys: [...keys, made] };
  }

  /**
   * The ring in which a key is revoked from now on. Where it is the one that signs, the next one signs at once.
   *
   * @throws UNKNOWN_KEY, KEY_IN_USE when no other key could sign
   */
  revoked(keyId: string): RingContent {
    const at = new Date(this.#nowMs()).toISOString();
    const content = this.content();
    const key = content.keys.find((it) => it.id === keyId);
    if (key === undefined) throw new HubError('UNKNOWN_KEY', 'refused', `the ring has no key ${keyId}`);
    if (key.revokedAt !== null) return content;
    // A key whose end was announced cannot take over: its end never moves later.
    const next = content.keys.findLast((it) => it.id !== keyId && it.revokedAt === null && it.until === null);
    if (next === undefined) {
      throw new HubError('KEY_IN_USE', 'refused', `no key but ${keyId} could sign: rotate first`);
    }
    const signs = this.current().id === keyId;
    const keys = content.keys.map((it) => {
      if (it.id === keyId) return { ...it, revokedAt: at };
      const early = signs && it.id === next.id && Date.parse(it.signsFrom) > Date.parse(at);
      return early ? { ...it, signsFrom: at } : it;
    });
    return { ...content, keys };
  }

  /** Saves a ring; every process of this hub takes it up within a second. */
  save(content: RingContent): void {
    const parsed = ringSchema.parse(content);
    replaceFile(ringFileOf(this.#keyFile), `${JSON.stringify(parsed, null, 2)}\n`);
    this.#lookedAtMs = Number.NEGATIVE_INFINITY;
  }

  #freeId(): string {
    const taken = new Set(this.#content.keys.map((it) => it.id));
    for (let number = taken.size + 1; ; number += 1) if (!taken.has(`k${number}`)) return `k${number}`;
  }
}

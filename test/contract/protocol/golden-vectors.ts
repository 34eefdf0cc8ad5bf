import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordKind, Statement } from '../../../src/domain/record/index.ts';
import type { EntitlementReason, SendingTerms } from '../../../src/domain/routing/index.ts';
import type { DocumentSignature } from '../../../src/exchange/protocol/index.ts';
import type {
  HolderProof,
  ReconcileElement,
  ReconcileRequest,
  ReconcileSide,
  ReconciliationStatement,
} from '../../../src/contracts/messages/index.ts';

const FOLDER = join(import.meta.dirname, '../../golden/protocol');
/** DER prefix of an Ed25519 PKCS #8 private key, RFC 8410 section 7. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

export type SignedRequest = {
  readonly method: string;
  readonly targetUri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type SignedDocument = { readonly signature: DocumentSignature } & Readonly<Record<string, unknown>>;

type Total = Pick<ReconcileSide, 'count' | 'sum' | 'root'>;
type Asked<Type extends ReconcileRequest['type']> = {
  request: Extract<ReconcileRequest, { type: Type }>;
  answer: object;
};

/** The golden files by name. */
export type Vectors = {
  readonly keys: { keys: { hub: string; keyId: string; seedHex: string; publicKey: string }[] };
  readonly 'canonical-json': {
    cases: { name: string; value: unknown; canonical: string; sha256: string }[];
    refused: { name: string; value: unknown; code: string }[];
  };
  readonly statements: {
    statements: { name: string; statement: Statement; canonical: string; hash: string }[];
    tombstones: {
      reason: 'WITHDRAWN' | 'REKEYED' | 'NO_LONGER_ENTITLED' | 'PERSON_FOUND';
      replacedBy: string | null;
      statement: Statement;
      hash: string;
    }[];
    keys: {
      kind: RecordKind;
      producer: string;
      subject: string;
      identity: Record<string, string>;
      key: string;
    }[];
  };
  readonly envelope: { body: string; digest: string; envelope: unknown };
  readonly 'signed-request': SignedRequest & {
    keyOf: string;
    created: number;
    nonce: string;
    signatureBase: string;
    verifiedAt: number;
  };
  readonly refusals: {
    requests: { name: string; code: string; status: number; request: SignedRequest; now: number }[];
    records: {
      name: string;
      record: { kind: RecordKind; origin: string; via: string[]; producerRegion: string };
      sender: string;
      agreement: SendingTerms | null;
      self: string;
      entitled: boolean;
      reason: EntitlementReason;
    }[];
  };
  readonly receipts: {
    keyOf: string;
    receipts: { schema: string; document: SignedDocument; canonical: string }[];
  };
  readonly pull: {
    keyOf: string;
    request: unknown;
    answers: (SignedDocument & { envelope: string | null; digest: string | null })[];
    fetch: unknown;
    fetched: unknown;
    return: unknown;
  };
  readonly 'pass-back': {
    keyOf: string;
    statement: SignedDocument;
    canonical: string;
    proofDigest: string;
    request: { items: { proof: HolderProof }[] };
  };
  readonly reconcile: {
    here: Total & {
      elements: (ReconcileElement & {
        leafHash: string;
        fingerprint: string;
        bucket: number;
        leaf: number;
      })[];
    };
    there: Total & { elements: ReconcileElement[] };
    nothing: Total;
    open: Asked<'OPEN'> & { answer: { held: ReconcileSide; signature: DocumentSignature; sums: string } };
    buckets: Asked<'BUCKETS'>;
    leaves: Asked<'LEAVES'>;
    close: Asked<'CLOSE'> & { answer: { signature: DocumentSignature } };
    invite: Asked<'INVITE'>;
    statements: Record<'different' | 'equal', ReconciliationStatement>;
    files: { buckets: string; elements: { line: string; body: string } };
  };
};

/** Reads one golden file. */
export function readVectors<Name extends keyof Vectors>(name: Name): Vectors[Name] {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Vectors[Name];
}

/** The published key of a hub of the vectors. */
export function publicKeyOf(hub: string): string {
  return readVectors('keys').keys.find((it) => it.hub === hub)!.publicKey;
}

/** The private key of a hub of the vectors, from its seed. */
export function privateKeyOf(hub: string): KeyObject {
  const { seedHex } = readVectors('keys').keys.find((it) => it.hub === hub)!;
  const der = Buffer.concat([PKCS8_PREFIX, Buffer.from(seedHex, 'hex')]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

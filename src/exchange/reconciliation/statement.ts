import type {
  ReconcileOwed,
  ReconcileSide,
  ReconciliationStatement,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import type { Signer } from '../../infra/signing/index.ts';
import type { Caller } from '../partners/index.ts';
import {
  coveredParts,
  signDocument,
  verifyDocument,
  type DocumentSignature,
  type StatementParts,
  type StatementSides,
} from '../protocol/index.ts';
import type { Snapshot } from './snapshot.ts';

/** Signs the parts of a statement. */
export function signParts(sides: StatementSides, parts: StatementParts, signer: Signer): DocumentSignature {
  return signDocument(coveredParts(sides, parts), signer).signature;
}

/** Whether a partner signed these parts by a key that was valid at the instant they name. */
export async function isSignedBy(
  caller: Caller,
  partner: PartnerTerms,
  signed: { sides: StatementSides; parts: StatementParts; signature: DocumentSignature; at: string },
): Promise<boolean> {
  const { directory, database } = caller;
  await directory.refreshKeys(database);
  const { sides, parts, signature, at } = signed;
  const find = () => directory.findKey(partner, signature.keyId, Date.parse(at) / 1_000);
  let key = find();
  if (key === null) {
    await directory.refreshKeys(database, { force: true });
    key = find();
  }
  return key !== null && verifyDocument({ ...coveredParts(sides, parts), signature }, key);
}

/** A side of a statement from a snapshot. */
export function sideOf({ seq, at, rows }: Pick<Snapshot, 'seq' | 'at' | 'rows'>): ReconcileSide {
  return { seq, at, ...rows.total() };
}

/** A statement of two sides on which nothing was looked for yet. */
export function openStatement(
  sides: StatementSides,
  parts: { owed: ReconcileOwed; held: ReconcileSide },
  signatures: { owed: DocumentSignature; held: DocumentSignature },
): ReconciliationStatement {
  return {
    type: 'RECONCILIATION',
    protocol: 'xinqiao/1',
    ...sides,
    ...parts,
    found: null,
    signatures: { ...signatures, found: null, seen: null },
  };
}

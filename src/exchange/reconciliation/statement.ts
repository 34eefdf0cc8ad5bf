import type {
  ReconcileFound,
  ReconcileOwed,
  ReconcileSide,
  ReconciliationStatement,
} from '../../contracts/messages/index.ts';
import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import type { Signer } from '../../infra/signing/index.ts';
import type { Caller } from '../partners/index.ts';
import { signDocument, verifyDocument, type DocumentSignature } from '../protocol/index.ts';
import type { Snapshot } from './snapshot.ts';

/** Who owes and who holds. */
export type Sides = { readonly sender: string; readonly receiver: string };

/** The parts of a statement up to the one that is signed. */
export type StatementParts = {
  readonly owed: ReconcileOwed;
  readonly held?: ReconcileSide;
  readonly found?: ReconcileFound;
};

/** The document that a signature of a statement covers. */
function coveredBy(sides: Sides, parts: StatementParts): object {
  const { owed, held, found } = parts;
  return {
    type: 'RECONCILIATION',
    protocol: 'xinqiao/1',
    sender: sides.sender,
    receiver: sides.receiver,
    owed,
    ...(held === undefined ? {} : { held }),
    ...(found === undefined ? {} : { found }),
  };
}

/** Signs the parts of a statement. */
export function signParts(sides: Sides, parts: StatementParts, signer: Signer): DocumentSignature {
  return signDocument(coveredBy(sides, parts), signer).signature;
}

/** Whether a partner signed these parts by a key that was valid at the instant they name. */
export async function isSignedBy(
  caller: Caller,
  partner: PartnerTerms,
  signed: { sides: Sides; parts: StatementParts; signature: DocumentSignature; at: string },
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
  return key !== null && verifyDocument({ ...coveredBy(sides, parts), signature }, key);
}

/** A side of a statement from a snapshot. */
export function sideOf({ seq, at, rows }: Pick<Snapshot, 'seq' | 'at' | 'rows'>): ReconcileSide {
  return { seq, at, ...rows.total() };
}

/** A statement of two sides on which nothing was looked for yet. */
export function openStatement(
  sides: Sides,
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

import type {
  ReconcileFound,
  ReconcileOwed,
  ReconcileSide,
  ReconciliationStatement,
} from '../../contracts/messages/index.ts';
import type { DocumentSignature } from '../../infra/signing/index.ts';

/** Who owes and who holds. */
export type StatementSides = { readonly sender: string; readonly receiver: string };

/** The parts of a statement up to the one that is signed. */
export type StatementParts = {
  readonly owed: ReconcileOwed;
  readonly held?: ReconcileSide;
  readonly found?: ReconcileFound;
};

/** The document that a signature of a reconciliation statement covers: every part up to its own. */
export function coveredParts(sides: StatementSides, parts: StatementParts): object {
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

/** Whether both sides hold exactly the same set by a statement. */
export function isEqualStatement({ owed, held }: Pick<ReconciliationStatement, 'owed' | 'held'>): boolean {
  return owed.count === held.count && owed.root === held.root;
}

/** One signature of a statement: by whom, when by the signer's own word, over what. */
export type StatementSignature = {
  readonly hub: string;
  readonly at: string;
  readonly document: { readonly signature: DocumentSignature };
};

/**
 * The signatures that prove a statement: two where both sides are equal, four where they signed what was found. Null:
 * the statement is not finished, or says that equal sides differ.
 */
export function signaturesOf(statement: ReconciliationStatement): StatementSignature[] | null {
  const { sender, receiver, owed, held, found, signatures } = statement;
  const sides = { sender, receiver };
  const both: StatementSignature[] = [
    { hub: sender, at: owed.at, document: { ...coveredParts(sides, { owed }), signature: signatures.owed } },
    {
      hub: receiver,
      at: held.at,
      document: { ...coveredParts(sides, { owed, held }), signature: signatures.held },
    },
  ];
  const { found: theirs, seen } = signatures;
  const equal = isEqualStatement(statement);
  if (found === null) return equal && theirs === null && seen === null ? both : null;
  if (theirs === null || seen === null || equal) return null;
  const covered = coveredParts(sides, { owed, held, found });
  return [
    ...both,
    { hub: sender, at: found.at, document: { ...covered, signature: theirs } },
    { hub: receiver, at: found.at, document: { ...covered, signature: seen } },
  ];
}

import type { Finding } from '../../domain/finding.ts';
import { finding } from '../../domain/rules.ts';
import { normaliseName } from '../../domain/subject/index.ts';

/** What the registry knows of one code. */
export type KnownNames = {
  /** Every name met, normalised. */
  readonly names: ReadonlySet<string>;
  /** Whether the subject register itself gave the names. */
  readonly confirmed: boolean;
};

/** Asks the registry for the names of codes; a code that it does not know is absent. */
export type FindKnownNames = (codes: readonly string[]) => Promise<ReadonlyMap<string, KnownNames>>;

type Named = { readonly uscc: string | null; readonly name: string; readonly formerName: string | null };

/**
 * Compares name and code of each row with the registry: a reject only where the subject register gave the name, since
 * what other departments wrote proves nothing. A name that the row itself calls the former one is no contradiction.
 *
 * @returns the findings of each row, in order
 */
export async function assessNames(
  rows: readonly Named[],
  find: FindKnownNames | undefined,
): Promise<Finding[][]> {
  if (find === undefined) return rows.map(() => []);
  const codes = [...new Set(rows.flatMap((it) => it.uscc ?? []))];
  const known = codes.length === 0 ? new Map<string, KnownNames>() : await find(codes);
  return rows.map(({ uscc, name, formerName }) => {
    const held = known.get(uscc ?? '');
    if (held === undefined || name === '' || held.names.has(normaliseName(name))) return [];
    if (formerName !== null && held.names.has(normaliseName(formerName))) return [];
    const mismatch = finding('SUBJECT_MISMATCH', 'subject.name');
    return [held.confirmed ? mismatch : { ...mismatch, severity: 'warn' as const }];
  });
}

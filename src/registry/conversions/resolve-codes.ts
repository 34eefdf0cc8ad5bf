import type { SourceCode } from '../../domain/subject/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import {
  findByNumbers,
  findIdentities,
  isConfirmed,
  isNamedBy,
  type SubjectIdentity,
} from '../subjects/index.ts';
import { conversionId } from './conversion.ts';
import { findDecided } from './conversion-decisions-store.ts';

/** The subjects that a code may lead to: none, the one, or several that contradict each other. */
export type Resolution = {
  readonly candidates: readonly SubjectIdentity[];
  /** Two persons decided it: the name need not agree. */
  readonly decided: boolean;
};

/** A subject whose code another one carries on gives way to it. */
function current(candidates: readonly SubjectIdentity[]): SubjectIdentity[] {
  const givenUp = new Set(candidates.flatMap((it) => it.formerCodes));
  return candidates.filter((it) => !givenUp.has(it._id));
}

/**
 * Finds where codes of other kinds lead: by two persons' decision, else by the subject register and by the organisation
 * code that unified codes hold. A unified code whose check fails leads to itself once its register, or two persons,
 * confirmed it.
 *
 * @returns by the id of the conversion, one for each code
 * @see requirement IDN-01: 新老码衔接、存量代码转换
 */
export async function resolveCodes(
  database: HubDatabase,
  sources: readonly SourceCode[],
): Promise<Map<string, Resolution>> {
  if (sources.length === 0) return new Map();
  const others = sources.filter((it) => it.kind !== 'USCC');
  const decided = await findDecided(database, others.map(conversionId));
  const named = await findByNumbers(database, others);
  const own = sources.flatMap((it) => (it.kind === 'USCC' ? [it.code] : []));
  const byCode = await findIdentities(database, [...own, ...decided.values()]);
  return new Map(
    sources.map((source): [string, Resolution] => {
      const id = conversionId(source);
      const subject = byCode.get(decided.get(id) ?? source.code);
      if (decided.has(id)) return [id, { candidates: subject === undefined ? [] : [subject], decided: true }];
      if (source.kind !== 'USCC')
        return [id, { candidates: current(named.filter((it) => isNamedBy(it, source))), decided: false }];
      return [
        id,
        { candidates: subject !== undefined && isConfirmed(subject) ? [subject] : [], decided: true },
      ];
    }),
  );
}

import type { Finding } from '../finding.ts';
import { finding } from '../rules.ts';

/** What sources write in 行政相对人类别, and the kind of organisation it stands for. */
const ORGANISATION_CATEGORIES: readonly string[] = ['法人及非法人组织', '个体工商户'];
/** Words that name a natural person, unless 个人 stands in 个人独资企业 or the like. */
const PERSON_WORDS = /自然人|公民|居民|个人(?!独资|合伙)/u;

/** Whether a counterpart category (XDR_LB) names an organisation. */
export function isOrganisationCategory(text: string): boolean {
  return ORGANISATION_CATEGORIES.includes(text.normalize('NFKC').trim());
}

/**
 * Assesses a counterpart category: organisations pass, natural persons are refused, other words are unknown.
 *
 * @param field field that the finding names
 * @see XK_XDR_LB, CF_XDR_LB of the double-publication data standard
 */
export function assessSubjectCategory(text: string, field: string | null = null): Finding[] {
  const bare = text.normalize('NFKC').trim();
  if (isOrganisationCategory(bare)) return [];
  if (bare === '') return [finding('MISSING_FIELD', field)];
  return [finding(PERSON_WORDS.test(bare) ? 'NATURAL_PERSON_SUBJECT' : 'UNKNOWN_CODE_VALUE', field)];
}

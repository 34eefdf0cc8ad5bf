import { findRule } from './rules.ts';

/**
 * Built-in rules that two persons may set aside for one row: a department can be right where they speak against it. No
 * rule stands here that guards persons, names the record, proves a code, or asks for a legal basis or an end.
 */
export const OVERRIDABLE_RULES = ['DATE_ORDER', 'FUTURE_DATE', 'SUBJECT_MISMATCH'] as const;

const OWN_RULE = /^[a-z][a-z0-9-]{1,62}\/R\d{3}$/;

/**
 * Whether a rule may be set aside for one row, by request and approval of two persons: those of
 * {@link OVERRIDABLE_RULES} and a connector's own rules (`<connector>/R014`).
 *
 * @param rule id of a finding
 */
export function isOverridable(rule: string): boolean {
  if (findRule(rule) !== null) return (OVERRIDABLE_RULES as readonly string[]).includes(rule);
  return OWN_RULE.test(rule);
}

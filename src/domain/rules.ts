import type { Finding, Severity } from './finding.ts';
import { RULE_TABLE } from './rules.data.ts';

/** A global rule: its id never changes meaning; receipts, feedback and statistics key on it. */
export type Rule = {
  readonly rule: string;
  readonly severity: Severity;
  readonly zh: string;
  readonly en: string;
  /** What the department should do. */
  readonly fixZh: string;
};

/** Every global rule id, in the order of the documentation. */
export const RULE_CATALOGUE: readonly Rule[] = RULE_TABLE.map(([rule, severity, zh, en, fixZh]) => ({
  rule,
  severity,
  zh,
  en,
  fixZh,
}));

const byId = new Map(RULE_CATALOGUE.map((it) => [it.rule, it]));

/** The catalogue entry of a global rule, or null for a connector's own rule. */
export function findRule(id: string): Rule | null {
  return byId.get(id) ?? null;
}

/**
 * A finding by a global rule.
 *
 * @param extra what makes it concrete, never a value that may be a person's
 */
export function finding(id: string, field: string | null, extra?: { zh: string; en: string }): Finding {
  const known = byId.get(id);
  if (known === undefined) throw new TypeError(`no rule ${id} in the catalogue`);
  return {
    rule: id,
    field,
    severity: known.severity,
    zh: extra === undefined ? known.zh : `${known.zh}：${extra.zh}`,
    en: extra === undefined ? known.en : `${known.en}: ${extra.en}`,
  };
}

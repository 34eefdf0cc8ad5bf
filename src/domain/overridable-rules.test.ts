import { describe, expect, it } from '@jest/globals';
import { isOverridable } from './overridable-rules.ts';
import { RULE_CATALOGUE } from './rules.ts';

describe('a rule that two persons may set aside', () => {
  it('is never one about persons, the identity of the record, an unproven code, its basis or its end', () => {
    const never = [
      'NATURAL_PERSON_SUBJECT',
      'PERSON_FOUND_BEFORE',
      'PERSON_MEASURE',
      'UNMASKED_PERSONAL_DATA',
      'MISSING_FIELD',
      'BAD_USCC',
      'BAD_USCC_FORM',
      'BAD_USCC_CHECK',
      'BAD_ORG_CODE_CHECK',
      'UNKNOWN_PROVINCE',
      'DAMAGED_CODE',
      'NO_LEGAL_BASIS',
      'NO_EXPIRY',
      'NOT_IN_CATALOGUE',
      'KEY_OF_OTHER_SOURCE',
      'DUPLICATE_IN_RUN',
      'WITHHELD_VALUE',
    ];
    expect(never.filter((it) => isOverridable(it))).toEqual([]);
  });

  it('is one of three built-in ones, or a rule of a connector', () => {
    const found = RULE_CATALOGUE.map((it) => it.rule).filter((it) => isOverridable(it));
    expect(found.sort()).toEqual(['DATE_ORDER', 'FUTURE_DATE', 'SUBJECT_MISMATCH']);
    expect(isOverridable('zc-penalty/R014')).toBe(true);
    for (const other of ['zc-penalty/14', '/R014', 'UNHEARD_OF', ''])
      expect(isOverridable(other)).toBe(false);
  });
});

/** Errors of the operator closet. */
export const OPERATOR_ERRORS = [
  {
    code: 'NO_SELECTION',
    kind: 'config',
    zh: '未限定范围：请至少给出平台、状态、规则或记录标识之一',
    en: 'Nothing was selected: name a partner, a state, a rule, a record or an id.',
  },
  {
    code: 'DELIVERY_UNKNOWN',
    kind: 'config',
    zh: '没有这个投递',
    en: 'There is no delivery of this id.',
  },
] as const;

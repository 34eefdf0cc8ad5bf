/** Errors of the datasets closet. A partner's failure is coverage, never an error of the answer. */
export const DATASETS_API_ERRORS = [
  {
    code: 'DEADLINE_PASSED',
    kind: 'transient',
    zh: '来源未在限时内答复',
    en: 'A source gave no answer before its deadline.',
  },
  {
    code: 'PARTNER_ANSWER_MALFORMED',
    kind: 'transient',
    zh: '对方平台的答复格式有误',
    en: 'The answer of a partner hub is malformed.',
  },
  {
    code: 'PARTNER_DENIED',
    kind: 'refused',
    zh: '对方平台不允许该查询',
    en: 'The partner hub does not let this be asked.',
  },
  {
    code: 'PARTNER_FAILED',
    kind: 'transient',
    zh: '对方平台未能答复',
    en: 'The partner hub answered without data.',
  },
] as const;

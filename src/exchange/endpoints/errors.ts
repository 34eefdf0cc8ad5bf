/** Errors of the exchange endpoints, also on the wire. */
export const ENDPOINTS_ERRORS = [
  {
    code: 'RECEIPT_UNKNOWN',
    kind: 'refused',
    zh: '回执所指信封不存在',
    en: 'A receipt for an unknown envelope.',
  },
  {
    code: 'NOT_FOUND',
    kind: 'refused',
    zh: '没有这个接口',
    en: 'No such endpoint of the exchange protocol.',
  },
] as const;

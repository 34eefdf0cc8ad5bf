/** Errors of the exchange endpoints, also on the wire. */
export const ENDPOINTS_ERRORS = [
  {
    code: 'RECEIPT_UNKNOWN',
    kind: 'refused',
    zh: '回执所指信封不存在',
    en: 'A receipt for an unknown envelope.',
  },
] as const;

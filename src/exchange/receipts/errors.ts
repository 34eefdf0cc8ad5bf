/** Errors of the receipts closet. */
export const RECEIPTS_ERRORS = [
  {
    code: 'PARTNER_REFUSED',
    kind: 'transient',
    zh: '对方平台拒绝了请求',
    en: 'The partner refused a request.',
  },
] as const;

/** Errors of the partners closet. */
export const PARTNERS_ERRORS = [
  { code: 'UNKNOWN_PARTNER', kind: 'refused', zh: '对方平台未登记', en: 'No such partner is declared.' },
  {
    code: 'PARTNER_HAS_NO_URL',
    kind: 'config',
    zh: '该平台没有登记地址',
    en: 'The partner has no URL in the hub file.',
  },
  {
    code: 'KEYS_BUSY',
    kind: 'transient',
    zh: '密钥声明到达过于频繁，请重发',
    en: 'Key statements of one partner come too quickly: send it again.',
  },
] as const;

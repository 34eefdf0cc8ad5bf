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
  {
    code: 'CONTENT_CODED',
    kind: 'refused',
    zh: '请求体使用了压缩编码，不予接收',
    en: 'The body has a content coding; send it plain.',
  },
] as const;

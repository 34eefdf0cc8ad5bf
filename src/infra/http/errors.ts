/** Errors of the HTTP closet. */
export const HTTP_ERRORS = [
  {
    code: 'HTTP_TIMEOUT',
    kind: 'transient',
    zh: '对方在限时内没有答复',
    en: 'No whole answer came in time.',
  },
  {
    code: 'HTTP_UNREACHABLE',
    kind: 'transient',
    zh: '对方服务连接不上',
    en: 'The server cannot be reached.',
  },
  {
    code: 'HTTP_TOO_LARGE',
    kind: 'refused',
    zh: '答复超过大小上限',
    en: 'The answer is larger than allowed.',
  },
  {
    code: 'HTTP_REDIRECTED',
    kind: 'refused',
    zh: '对方要求转到另一地址，不予跟随，请直接填写最终地址',
    en: 'The server sends elsewhere; redirects are not followed.',
  },
] as const;

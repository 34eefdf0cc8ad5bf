/** Errors of the live closet. */
export const LIVE_ERRORS = [
  {
    code: 'LIVE_TIMEOUT',
    kind: 'transient',
    zh: '实时来源未在限时内答复',
    en: 'A live source did not answer in time.',
  },
  { code: 'LIVE_UNAVAILABLE', kind: 'transient', zh: '实时来源不可用', en: 'A live source does not answer.' },
] as const;

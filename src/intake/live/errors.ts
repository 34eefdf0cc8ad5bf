/** Errors of the live closet. */
export const LIVE_ERRORS = [
  {
    code: 'LIVE_TIMEOUT',
    kind: 'transient',
    zh: '实时来源未在限时内答复',
    en: 'A live source did not answer in time.',
  },
  { code: 'LIVE_UNAVAILABLE', kind: 'transient', zh: '实时来源不可用', en: 'A live source does not answer.' },
  {
    code: 'LIVE_RESTING',
    kind: 'transient',
    zh: '实时来源连续失败，暂停查询',
    en: 'A live source failed repeatedly and is left alone for a while.',
  },
  {
    code: 'LIVE_BAD_ANSWER',
    kind: 'transient',
    zh: '实时来源的答复不符合约定',
    en: 'The answer of a live source is not what its manifest describes.',
  },
] as const;

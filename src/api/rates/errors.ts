/** Errors of the rates closet. */
export const RATES_ERRORS = [
  {
    code: 'RATE_LIMITED',
    kind: 'transient',
    zh: '查询配额已用完，请稍后再试',
    en: 'The quota of this minute is used up: details name the limit, when it is there again and a cheaper query.',
  },
] as const;

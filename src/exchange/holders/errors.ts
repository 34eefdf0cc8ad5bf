/** Errors of the holders closet, also on the wire. */
export const HOLDERS_ERRORS = [
  {
    code: 'PASS_BACK_INVALID',
    kind: 'refused',
    zh: '转回的回执与其签名、平台或路径不符',
    en: 'A receipt that was passed back does not fit its signature, its hubs or its way.',
  },
  {
    code: 'PASS_BACK_UNKNOWN',
    kind: 'refused',
    zh: '转回的回执涉及未投递给该平台的记录',
    en: 'A receipt that was passed back speaks of a record that this partner never got from here.',
  },
  {
    code: 'PASS_BACK_TOO_MANY',
    kind: 'refused',
    zh: '一条记录的持有方超过上限',
    en: 'A record would have more holders than are believed.',
  },
] as const;

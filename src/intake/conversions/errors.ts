/** Errors of the conversions closet. */
export const CONVERSION_ERRORS = [
  {
    code: 'NO_SUCH_CONVERSION',
    kind: 'refused',
    zh: '代码转换队列中没有该代码，或须写明代码类别',
    en: 'The conversion queue holds no such code, or holds it under several kinds: write <kind>:<code>.',
  },
  {
    code: 'CONVERSION_NOT_OPEN',
    kind: 'refused',
    zh: '该代码已转换，或已有待核定的申请',
    en: 'The code leads somewhere already, or a request about it waits for a second person.',
  },
  {
    code: 'NO_CONVERSION_REQUESTED',
    kind: 'refused',
    zh: '该代码没有待核定的转换申请',
    en: 'Nobody asked where this code is to lead, or it was decided already.',
  },
  {
    code: 'CONVERSION_TARGET',
    kind: 'refused',
    zh: '所填统一社会信用代码不正确、主体库中没有，或与存疑代码不一致',
    en: 'The unified code is not sound, no subject is known under it, or it is another one than the doubtful code itself.',
  },
] as const;

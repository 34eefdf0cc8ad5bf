/** Errors of the recall closet. */
export const RECALL_ERRORS = [
  {
    code: 'RECORD_UNKNOWN',
    kind: 'config',
    zh: '本平台没有这条记录',
    en: 'This hub has no such record.',
  },
  {
    code: 'NOT_ORIGIN',
    kind: 'config',
    zh: '该记录不是本平台首次接收的，请在其来源平台处理',
    en: 'The record did not begin at this hub: erase it at its origin.',
  },
] as const;

/** Errors of the health closet. */
export const HEALTH_ERRORS = [
  {
    code: 'PARTNER_SILENT',
    kind: 'transient',
    zh: '对方平台长时间没有任何应答，稍后再试',
    en: 'The partner answers nothing; it is asked again later.',
  },
] as const;

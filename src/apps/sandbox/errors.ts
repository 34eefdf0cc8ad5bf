/** Errors of the sandbox. */
export const SANDBOX_ERRORS = [
  {
    code: 'SANDBOX_IN_PRODUCTION',
    kind: 'config',
    zh: '生产环境不得启动沙箱',
    en: 'The sandbox is never started with NODE_ENV or XINQIAO_MODE set to production.',
  },
  {
    code: 'SANDBOX_NOT_FILLED',
    kind: 'defect',
    zh: '沙箱的合成数据未能全部入库',
    en: 'A made-up row of the sandbox was not accepted.',
  },
] as const;

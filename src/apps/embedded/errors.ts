/** Errors of the embedded stores. */
export const EMBEDDED_ERRORS = [
  {
    code: 'STORE_NOT_INSTALLED',
    kind: 'config',
    zh: '本机没有可用的 MongoDB 服务，请先运行 script/bootstrap',
    en: 'No MongoDB server was found on this machine: run script/bootstrap.',
  },
  {
    code: 'STORE_SLOW',
    kind: 'config',
    zh: '本机只有慢速存储，请先运行 script/bootstrap --store fast',
    en: 'Only the slow store was found: run script/bootstrap --store fast.',
  },
  {
    code: 'STORE_START_FAILED',
    kind: 'transient',
    zh: '本地存储进程启动失败，详见其日志文件',
    en: 'A local store ended or did not answer while it was being started; its log file says why.',
  },
] as const;

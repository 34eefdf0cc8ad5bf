/** Errors of the demo. */
export const DEMO_ERRORS = [
  {
    code: 'HUB_DID_NOT_START',
    kind: 'config',
    zh: '平台节点未能启动',
    en: 'A hub did not start; its log says why.',
  },
  {
    code: 'DEMO_STUCK',
    kind: 'defect',
    zh: '演示步骤没有在限时内完成',
    en: 'A step of the demo did not come to its end.',
  },
  { code: 'COMMAND_FAILED', kind: 'defect', zh: '命令执行失败', en: 'A command of the demo failed.' },
  {
    code: 'INTERRUPTED',
    kind: 'transient',
    zh: '演示被中断，已启动的进程均已结束',
    en: 'The demo was interrupted; everything it had started is ended.',
  },
] as const;

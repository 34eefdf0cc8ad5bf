/** Errors of the hub app. */
export const HUB_ERRORS = [
  { code: 'PORT_IN_USE', kind: 'config', zh: '端口已被占用', en: 'The port is in use.' },
  {
    code: 'UNKNOWN_CONNECTOR',
    kind: 'config',
    zh: '没有这个连接器',
    en: 'The hub file names no such connector.',
  },
] as const;

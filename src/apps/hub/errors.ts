/** Errors of the hub app. */
export const HUB_ERRORS = [
  { code: 'PORT_IN_USE', kind: 'config', zh: '端口已被占用', en: 'The port is in use.' },
  {
    code: 'UNKNOWN_CONNECTOR',
    kind: 'config',
    zh: '没有这个连接器',
    en: 'The hub file names no such connector.',
  },
  {
    code: 'REQUEST_TOO_SLOW',
    kind: 'transient',
    zh: '请求未在限时内到齐',
    en: 'The request did not arrive in time.',
  },
  { code: 'HEADER_TOO_LARGE', kind: 'refused', zh: '请求头过大', en: 'The header is too large.' },
  { code: 'NOT_HTTP', kind: 'refused', zh: '不是 HTTP 请求', en: 'This is not an HTTP request.' },
] as const;

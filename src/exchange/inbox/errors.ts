/** Errors of the inbox closet, also on the wire. */
export const INBOX_ERRORS = [
  { code: 'BAD_ENVELOPE', kind: 'refused', zh: '信封格式有误', en: 'The envelope is malformed.' },
  {
    code: 'WRONG_RECEIVER',
    kind: 'refused',
    zh: '信封的接收方不是本平台',
    en: 'The envelope is for another hub.',
  },
  {
    code: 'WRONG_SENDER',
    kind: 'refused',
    zh: '信封的发送方与签名方不一致',
    en: 'The envelope names another sender.',
  },
  {
    code: 'ENVELOPE_ID_MISMATCH',
    kind: 'refused',
    zh: '幂等键与信封编号不一致',
    en: "Idempotency-Key is not the envelope's id.",
  },
  {
    code: 'MESSAGE_ID_REUSED',
    kind: 'refused',
    zh: '同一编号对应不同内容',
    en: 'A message id came with another body.',
  },
  {
    code: 'MESSAGE_IN_PROGRESS',
    kind: 'transient',
    zh: '该信封正在处理中',
    en: 'The message is being taken in.',
  },
  { code: 'BODY_TOO_LARGE', kind: 'refused', zh: '正文超过大小上限', en: 'The body is larger than allowed.' },
  { code: 'BAD_REQUEST', kind: 'refused', zh: '请求格式有误', en: 'The request is malformed.' },
  {
    code: 'PULL_ANSWER_INVALID',
    kind: 'transient',
    zh: '回流数据无法验证',
    en: 'The answer to a pull does not verify.',
  },
] as const;

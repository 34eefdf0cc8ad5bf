/** Errors of the protocol closet. */
export const PROTOCOL_ERRORS = [
  {
    code: 'KEY_STATEMENT_REFUSED',
    kind: 'refused',
    zh: '密钥声明不被接受',
    en: 'A key statement is malformed, not signed by a known valid key, or changes what may not change.',
  },
  {
    code: 'BAD_KEYS_FILE',
    kind: 'config',
    zh: '公钥文件格式有误',
    en: 'The file is no list of keys, no hub file and no well-known document.',
  },
] as const;

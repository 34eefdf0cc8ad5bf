/** Errors of the signing closet; the exchange protocol uses the same codes on the wire. */
export const SIGNING_ERRORS = [
  { code: 'NO_SIGNING_KEY', kind: 'config', zh: '没有可用的签名私钥', en: 'No usable private signing key.' },
  {
    code: 'KEY_RING_BAD',
    kind: 'config',
    zh: '密钥环文件无法读取',
    en: 'The key ring file cannot be read, or belongs to another key.',
  },
  {
    code: 'KEY_EXISTS',
    kind: 'config',
    zh: '密钥编号或文件已存在',
    en: 'A key with this id, or its file, is there already.',
  },
  {
    code: 'KEY_IN_USE',
    kind: 'refused',
    zh: '没有其他密钥可用，请先轮换',
    en: 'No other key could sign: rotate before you revoke this one.',
  },
  { code: 'SIGNATURE_MISSING', kind: 'refused', zh: '请求没有签名', en: 'The request carries no signature.' },
  {
    code: 'SIGNATURE_MALFORMED',
    kind: 'refused',
    zh: '签名字段格式有误',
    en: 'A signature field is malformed.',
  },
  {
    code: 'SIGNATURE_EXPIRED',
    kind: 'refused',
    zh: '签名时间超出 300 秒窗口',
    en: 'The signature is outside its window of 300 seconds.',
  },
  { code: 'SIGNATURE_INVALID', kind: 'refused', zh: '签名验证不通过', en: 'The signature does not verify.' },
  {
    code: 'UNKNOWN_KEY',
    kind: 'refused',
    zh: '签名密钥未登记或已失效',
    en: 'The key is unknown, ended or revoked.',
  },
  {
    code: 'DIGEST_MISMATCH',
    kind: 'refused',
    zh: '正文与摘要不符',
    en: 'The body does not match its digest.',
  },
  {
    code: 'NONCE_REPLAYED',
    kind: 'refused',
    zh: '签名随机数重复使用',
    en: 'The nonce of this signature was used before.',
  },
] as const;

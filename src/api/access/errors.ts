/** Errors of the access closet: why a platform's token does not count, and how a right ends. */
export const ACCESS_ERRORS = [
  {
    code: 'TOKEN_MISSING',
    kind: 'refused',
    zh: '约定要求携带短期令牌',
    en: 'The terms of the platform ask for a short-lived token with each request.',
  },
  {
    code: 'TOKEN_EXPIRED',
    kind: 'refused',
    zh: '令牌不在有效期内',
    en: 'The token has ended or begins later: get a new one.',
  },
  {
    code: 'TOKEN_TOO_LONG_LIVED',
    kind: 'refused',
    zh: '令牌有效期过长',
    en: 'A token lives 300 seconds at most, and 60 where a hub asks for another platform.',
  },
  {
    code: 'TOKEN_AUDIENCE',
    kind: 'refused',
    zh: '令牌不是发给本平台的',
    en: 'The token is not for this hub.',
  },
  {
    code: 'TOKEN_ISSUER_UNKNOWN',
    kind: 'refused',
    zh: '令牌签发者不受信任',
    en: 'This hub does not trust the issuer for this platform.',
  },
  {
    code: 'TOKEN_NOT_BOUND',
    kind: 'refused',
    zh: '令牌未绑定请求的签名密钥',
    en: 'The token belongs to another platform or key than the one that signed the request.',
  },
  {
    code: 'TOKEN_DIFFERS',
    kind: 'refused',
    zh: '请求字段与令牌不一致',
    en: 'The request’s purpose or original asker is another than its token says.',
  },
  {
    code: 'TOKEN_REVOKED',
    kind: 'refused',
    zh: '令牌或签发者已吊销',
    en: 'The token or its issuer is revoked.',
  },
  {
    code: 'TERMS_MISSING',
    kind: 'refused',
    zh: '双方没有查询约定',
    en: 'There are no terms under which this platform may query.',
  },
  {
    code: 'ACCESS_REVOKED',
    kind: 'refused',
    zh: '查询权限已被收回',
    en: 'The right to ask ended while the request ran; nothing of its answer goes out.',
  },
  {
    code: 'ISSUER_KEYS_UNAVAILABLE',
    kind: 'transient',
    zh: '签发者公钥暂不可得',
    en: 'The issuer’s public keys cannot be fetched at present.',
  },
] as const;

/** Errors of the tokens closet: what a signed token and a set of public keys are by their form. */
export const TOKENS_ERRORS = [
  {
    code: 'TOKEN_MALFORMED',
    kind: 'refused',
    zh: '令牌格式有误',
    en: 'The bearer token is no signed JWT of the form this hub reads; details name the place.',
  },
  {
    code: 'TOKEN_SIGNATURE_INVALID',
    kind: 'refused',
    zh: '令牌签名验证不通过',
    en: 'No key of the issuer verifies the token’s signature.',
  },
  {
    code: 'TOKEN_KEY_UNSUPPORTED',
    kind: 'config',
    zh: '该密钥的算法不能签发令牌',
    en: 'Tokens are signed with Ed25519: JOSE has no name for SM2.',
  },
  {
    code: 'JWKS_BAD',
    kind: 'config',
    zh: '签发者公钥集无法读取',
    en: 'An issuer’s set of public keys (JWKS) cannot be read or holds no usable key.',
  },
] as const;

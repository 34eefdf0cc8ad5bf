/** Errors of the configuration closet. */
export const CONFIG_ERRORS = [
  {
    code: 'BAD_CONFIG',
    kind: 'config',
    zh: '配置缺失或有误，已逐项列出',
    en: 'Settings are missing or wrong; each one is named.',
  },
  {
    code: 'SECRET_NOT_SET',
    kind: 'config',
    zh: '清单引用的密钥或环境变量没有值',
    en: 'A manifest refers to a secret that has no value.',
  },
] as const;

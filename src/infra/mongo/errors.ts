/** Errors of the MongoDB closet. */
export const MONGO_ERRORS = [
  { code: 'STORE_UNREACHABLE', kind: 'transient', zh: '数据库连接不上', en: 'MongoDB does not answer.' },
  {
    code: 'STORE_TOO_WEAK',
    kind: 'config',
    zh: '生产环境必须使用副本集',
    en: 'Production needs a replica set with majority writes.',
  },
  {
    code: 'CLOCK_SKEW',
    kind: 'config',
    zh: '本机时钟与数据库相差过大',
    en: "The clock differs too much from MongoDB's.",
  },
] as const;

/** Errors of the SQL closet. */
export const SQL_ERRORS = [
  {
    code: 'SQL_UNREACHABLE',
    kind: 'transient',
    zh: '来源数据库连接不上',
    en: 'The source database cannot be opened.',
  },
  {
    code: 'SQL_TIMEOUT',
    kind: 'transient',
    zh: '来源数据库在限时内没有答复',
    en: 'The source database gave no answer in time.',
  },
  {
    code: 'SQL_FAILED',
    kind: 'refused',
    zh: '来源数据库不接受查询语句',
    en: 'The source database refused the statement.',
  },
  {
    code: 'SQL_TOO_LARGE',
    kind: 'refused',
    zh: '查询结果超过行数或大小上限',
    en: 'An answer has more rows or characters than allowed; nothing of it was kept.',
  },
  {
    code: 'SQL_BAD_STATEMENT',
    kind: 'config',
    zh: '查询语句的绑定参数有误',
    en: 'A statement binds a parameter that has no value, or binds it in a wrong way.',
  },
] as const;

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
  {
    code: 'DRIVER_NOT_INSTALLED',
    kind: 'config',
    zh: '数据库驱动未安装，请按提示安装（本项目未对其做过测试）',
    en: 'The driver of a database is not installed: install the package that is named. It is not tested here.',
  },
  {
    code: 'SQL_NOT_TEXT',
    kind: 'config',
    zh: '查询结果的日期时间列须在语句中转换为文本，否则会丢失精度',
    en: 'A column comes as a date of JavaScript, which loses digits: convert it to text in the statement.',
  },
] as const;

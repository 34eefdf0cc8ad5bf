/** Errors of the connectors closet; those of a reader stand as faults in the run's receipt. */
export const CONNECTORS_ERRORS = [
  {
    code: 'NO_SOURCE_FOLDER',
    kind: 'config',
    zh: '来源文件夹不存在',
    en: 'The folder of a file source does not exist.',
  },
  {
    code: 'NO_HEADER',
    kind: 'refused',
    zh: '文件或工作表没有表头',
    en: 'A file or sheet has no row of column names that the manifest knows.',
  },
  {
    code: 'FILE_TRUNCATED',
    kind: 'refused',
    zh: '文件不完整（中途结束或引号未闭合），已接收的行保留',
    en: 'A file ends early or leaves a quote open; what was accepted stays.',
  },
  {
    code: 'BAD_WORKBOOK',
    kind: 'refused',
    zh: '工作簿无法读取，或没有指定的工作表',
    en: 'A workbook cannot be read, or has no such sheet.',
  },
  {
    code: 'SQL_CURSOR_WENT_BACK',
    kind: 'refused',
    zh: '来源数据库的游标没有前进',
    en: 'The cursor of a source did not grow: the statement must order by the cursor columns.',
  },
  {
    code: 'NO_CURSOR_COLUMN',
    kind: 'config',
    zh: '查询结果没有游标列',
    en: 'The statement does not select a column that the cursor names.',
  },
  {
    code: 'REST_REFUSED',
    kind: 'refused',
    zh: '接口拒绝请求',
    en: 'The feed answered with a client error.',
  },
  { code: 'REST_FAILED', kind: 'transient', zh: '接口出错', en: 'The feed answered with a server error.' },
  {
    code: 'REST_BAD_ANSWER',
    kind: 'refused',
    zh: '接口返回的不是约定的JSON',
    en: 'The answer of a feed is not the JSON that the manifest describes.',
  },
  {
    code: 'REST_PAGE_REPEATED',
    kind: 'refused',
    zh: '接口重复返回同一页',
    en: 'A feed gives the same page again; reading ended there.',
  },
  {
    code: 'REST_NEVER_ENDS',
    kind: 'refused',
    zh: '接口页数超过上限',
    en: 'A feed has more pages than its manifest allows; reading ended there.',
  },
] as const;

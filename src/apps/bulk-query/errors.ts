/** Errors of asking for many codes. */
export const BULK_QUERY_ERRORS = [
  {
    code: 'DOCUMENT_NOT_FOR_EACH',
    kind: 'refused',
    zh: '批量查询的文档须为 subjects(usccs: $codes) 一个根字段',
    en: 'A document for many codes has one root field, subjects(usccs: $codes), and leaves paging to the command.',
  },
  {
    code: 'CODES_UNREADABLE',
    kind: 'refused',
    zh: '代码文件无法读取或没有所指的列',
    en: 'The file of codes cannot be read as CSV, or lacks the named column.',
  },
  {
    code: 'OUTPUT_EXISTS',
    kind: 'refused',
    zh: '输出文件已存在且不是未完成的结果',
    en: 'The output is there already and is not the beginning of this run.',
  },
  {
    code: 'CHECKPOINT_OF_OTHER_RUN',
    kind: 'refused',
    zh: '断点属于另一次查询（文档、代码文件、格式或对象不同）',
    en: 'The checkpoint beside the output is of another document, file of codes, format or hub.',
  },
  {
    code: 'HUB_REFUSED',
    kind: 'refused',
    zh: '平台拒绝了查询',
    en: 'The hub refused the question; its own code stands in the message.',
  },
  {
    code: 'HUB_NOT_ANSWERING',
    kind: 'transient',
    zh: '平台多次没有答复',
    en: 'The hub gave no answer after several tries; the same command goes on where it ended.',
  },
  {
    code: 'LIST_TOO_LONG',
    kind: 'refused',
    zh: '一个组织的记录过多',
    en: 'One organisation has more records in a list than the command keeps in memory.',
  },
] as const;

/** Errors of the feedback closet; what is wrong with one row of a workbook is a rule, not an error. */
export const FEEDBACK_ERRORS = [
  {
    code: 'FEEDBACK_UNREADABLE',
    kind: 'refused',
    zh: '问题数据表无法读取，请用Excel或WPS另存为xlsx后重新提交',
    en: 'The workbook cannot be read to its end; nothing of it was used.',
  },
  {
    code: 'FEEDBACK_TOO_LARGE',
    kind: 'refused',
    zh: '问题数据表超过大小或行数上限，或行数多于导出时的行数',
    en: 'The workbook is larger than allowed, or holds more rows than were exported.',
  },
  {
    code: 'FEEDBACK_NOT_OURS',
    kind: 'refused',
    zh: '不是平台导出的问题数据表，或隐藏的标识页已被删除',
    en: 'The workbook was not exported by a hub, or its hidden sheet is gone.',
  },
  {
    code: 'FEEDBACK_VERSION',
    kind: 'refused',
    zh: '问题数据表的版本不受支持，请重新导出',
    en: 'The workbook has a version that this hub does not read: export it again.',
  },
  {
    code: 'FEEDBACK_FOREIGN',
    kind: 'refused',
    zh: '问题数据表由其他来源或其他平台导出',
    en: 'The workbook was exported for another connector or by another hub.',
  },
  {
    code: 'FEEDBACK_CHANGED',
    kind: 'refused',
    zh: '问题数据表的隐藏标识页已被改动，请重新导出',
    en: 'The hidden sheet of the workbook was changed: export it again.',
  },
  {
    code: 'FEEDBACK_COLUMNS',
    kind: 'refused',
    zh: '工作表或列与导出时不一致，请勿增删、改名或移动列',
    en: 'The sheet or its columns are not those that were exported.',
  },
  {
    code: 'ORIGINAL_DIFFERS',
    kind: 'refused',
    zh: '该文件不是归集时读取的原文件',
    en: 'The file is not one that a run read rows from that wait now.',
  },
  {
    code: 'FEEDBACK_NO_FILES',
    kind: 'config',
    zh: '该来源不以CSV或XLSX文件报送，没有原文件可供标注',
    en: 'The connector reads no CSV or XLSX files, so that there is no original to mark.',
  },
  {
    code: 'OVERRIDE_NOT_POSSIBLE',
    kind: 'refused',
    zh: '该条问题数据不能按现有内容放行，须更正',
    en: 'Rules that cannot be set aside still speak against the row.',
  },
] as const;

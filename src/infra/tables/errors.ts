/** Errors of the tables closet. */
export const TABLES_ERRORS = [
  {
    code: 'TABLE_MALFORMED',
    kind: 'refused',
    zh: '表格文件残缺或格式有误，未采用其中任何一行',
    en: 'A table file is cut off or malformed; no row of it was used.',
  },
] as const;

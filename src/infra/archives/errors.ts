/** Errors of the archives closet. */
export const ARCHIVES_ERRORS = [
  {
    code: 'BAD_ARCHIVE',
    kind: 'refused',
    zh: '压缩包损坏、加密或无法识别',
    en: 'An archive is damaged, encrypted or of no known form.',
  },
  {
    code: 'ARCHIVE_TOO_LARGE',
    kind: 'refused',
    zh: '压缩包内文件过多，或解压后过大，请拆分后重新提供',
    en: 'An archive holds too many files or unpacks to too much: split it.',
  },
  {
    code: 'ARCHIVE_PATH',
    kind: 'refused',
    zh: '压缩包内有指向包外的文件名或链接，整包拒收',
    en: 'An archive names a file outside of itself, or holds a link; nothing of it was used.',
  },
  {
    code: 'ARCHIVE_NESTED',
    kind: 'refused',
    zh: '压缩包内还有压缩包，请直接压缩数据文件',
    en: 'An archive holds another archive; nothing of it was used.',
  },
] as const;

/** Errors of the files closet. */
export const FILES_ERRORS = [
  { code: 'FILE_MISSING', kind: 'config', zh: '文件不存在或无法读取', en: 'A declared file cannot be read.' },
  {
    code: 'BAD_FILE',
    kind: 'config',
    zh: '声明文件有误，已给出行、列和相近的键名',
    en: 'A declared file has faults; each has its line, column and the nearest key.',
  },
] as const;

/** Errors of the command line. */
export const CLI_ERRORS = [
  {
    code: 'BAD_USAGE',
    kind: 'config',
    zh: '命令参数不完整',
    en: 'Arguments of a command do not fit together.',
  },
] as const;

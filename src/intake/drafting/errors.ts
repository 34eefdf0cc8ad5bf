/** Errors of drafting a connector. */
export const DRAFTING_ERRORS = [
  {
    code: 'CONNECTOR_EXISTS',
    kind: 'config',
    zh: '该文件夹已有连接器清单，不予覆盖',
    en: 'The folder holds a manifest already; nothing is overwritten.',
  },
  {
    code: 'NO_DATASET_FITS',
    kind: 'refused',
    zh: '来源的各列与任何数据集都不相符，请用 --dataset 指定',
    en: 'No column of the source fits a dataset: name one with --dataset.',
  },
  {
    code: 'EMPTY_SAMPLE',
    kind: 'refused',
    zh: '来源没有可供取样的行',
    en: 'The source gave no row to look at.',
  },
  {
    code: 'UNKNOWN_ORIGIN',
    kind: 'config',
    zh: '无法识别来源：文件、数据库表或接口地址',
    en: 'What was given is no file, table or address that can be read; the message says what is missing.',
  },
] as const;

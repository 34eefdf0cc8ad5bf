/** Errors of the catalogue closet. */
export const CATALOGUE_ERRORS = [
  {
    code: 'UNKNOWN_DATASET',
    kind: 'config',
    zh: '数据集或其版本未发布',
    en: 'No such dataset version is released.',
  },
  {
    code: 'UNKNOWN_CODE_LIST',
    kind: 'config',
    zh: '代码表或其版本未发布',
    en: 'No such code list version is released.',
  },
  {
    code: 'RELEASED_FILE_CHANGED',
    kind: 'config',
    zh: '已发布的目录、数据集或代码表被改动或删除，请恢复原文件，修改须另立新版本',
    en: 'A released catalogue, dataset or code list was changed or removed: restore it and write a new version.',
  },
] as const;

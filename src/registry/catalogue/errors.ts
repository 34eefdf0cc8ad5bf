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
] as const;

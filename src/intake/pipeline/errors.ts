/** Errors of the pipeline closet. */
export const PIPELINE_ERRORS = [
  {
    code: 'CONNECTOR_IS_LIVE',
    kind: 'config',
    zh: '实时来源不归集，只在查询时询问',
    en: 'A live source is never collected.',
  },
  { code: 'RUN_TOO_LARGE', kind: 'refused', zh: '单次归集行数过多', en: 'One run holds too many rows.' },
  { code: 'RUN_DOES_NOT_ADD_UP', kind: 'defect', zh: '归集回执对不上数', en: 'A receipt does not add up.' },
  {
    code: 'SHORT_READ',
    kind: 'transient',
    zh: '读到的行数与来源声明的不符',
    en: 'A source gave fewer or more rows than it declares.',
  },
] as const;

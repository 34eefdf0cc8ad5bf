/** Errors of the subjects closet. */
export const SUBJECTS_API_ERRORS = [
  {
    code: 'TOO_MANY_SUBJECTS',
    kind: 'refused',
    zh: '一次查询的主体过多',
    en: 'More subjects than one query may name.',
  },
] as const;

/** Errors of the expressions closet. */
export const EXPRESSIONS_ERRORS = [
  {
    code: 'EXPRESSION_TOO_SLOW',
    kind: 'config',
    zh: '表达式多次超过时限，请简化清单中的表达式',
    en: 'An expression went over its limit again and again: make it simpler, above all its regular expressions.',
  },
] as const;

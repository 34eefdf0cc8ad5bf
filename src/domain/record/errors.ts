import type { ErrorEntry } from '../error-entry.ts';

/** Errors of the record closet. */
export const RECORD_ERRORS: readonly ErrorEntry[] = [
  {
    code: 'NOT_CANONICAL',
    kind: 'refused',
    zh: '内容无法转换为规范 JSON',
    en: 'The value cannot be written as canonical JSON.',
  },
  {
    code: 'BAD_IDENTITY',
    kind: 'refused',
    zh: '标识字段为空，无法生成记录键',
    en: 'An identity field is empty, so the record has no key.',
  },
  {
    code: 'BAD_AMOUNT',
    kind: 'refused',
    zh: '金额不正确',
    en: 'The amount is not a plain decimal number within range.',
  },
];

import type { ErrorEntry } from '../error-entry.ts';

/** Errors of the subject closet. */
export const SUBJECT_ERRORS: readonly ErrorEntry[] = [
  {
    code: 'BAD_USCC',
    kind: 'refused',
    zh: '统一社会信用代码不正确',
    en: 'The text is not a right unified social credit code.',
  },
  {
    code: 'NATURAL_PERSON_SUBJECT',
    kind: 'refused',
    zh: '涉及自然人，本平台只接收组织的信息',
    en: 'The text names a natural person; only organisations are accepted.',
  },
  {
    code: 'BAD_CODE_FORM',
    kind: 'defect',
    zh: '计算校验码的输入格式不符',
    en: 'A check character was asked for over characters the standard does not know.',
  },
];

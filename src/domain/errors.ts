import type { ErrorEntry } from './error-entry.ts';

/** Errors that belong to no closet. */
export const DOMAIN_ERRORS: readonly ErrorEntry[] = [
  {
    code: 'DEFECT',
    kind: 'defect',
    zh: '程序缺陷，已记入日志，请联系运维',
    en: 'The program is wrong; the fault was logged.',
  },
];

import type { ErrorEntry } from '../error-entry.ts';

/** Errors of the calendar closet. */
export const CALENDAR_ERRORS: readonly ErrorEntry[] = [
  {
    code: 'BAD_DATE',
    kind: 'refused',
    zh: '日期不存在或格式不符',
    en: 'The day does not exist or is not in an accepted form.',
  },
  {
    code: 'BAD_DATE_FORMAT',
    kind: 'config',
    zh: '声明的日期格式无法识别',
    en: 'A declared date format lacks year, month or day.',
  },
];

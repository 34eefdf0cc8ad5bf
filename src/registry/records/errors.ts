/** Errors of the records closet. */
export const RECORDS_ERRORS = [
  {
    code: 'ACCEPT_CONTENDED',
    kind: 'transient',
    zh: '同一批记录被其他进程反复改动，请重试本批',
    en: 'Other writers kept moving the same records; try the batch again.',
  },
] as const;

/** Errors of the schedules closet. */
export const SCHEDULES_ERRORS = [
  {
    code: 'NO_SCHEDULE',
    kind: 'refused',
    zh: '该连接器没有计划',
    en: 'The connector has no schedule.',
  },
] as const;

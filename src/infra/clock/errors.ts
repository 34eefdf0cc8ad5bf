/** Errors of the clock closet. */
export const CLOCK_ERRORS = [
  {
    code: 'BAD_SCHEDULE',
    kind: 'config',
    zh: '计划时间写法有误（应为五段 cron）',
    en: 'A schedule is not five fields of cron in a known time zone.',
  },
] as const;

export * from './calendar-day.ts';
export * from './errors.ts';
export * from './parse-day.ts';
export * from './working-days.ts';

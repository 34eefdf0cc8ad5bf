export type * from './accept-partner-records.ts';
export type * from './forget-person.ts';
export type * from './live-source.ts';

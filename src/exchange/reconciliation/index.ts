export * from './bucket-sums.ts';
export * from './owed-records.ts';
export * from './reconcile.ts';

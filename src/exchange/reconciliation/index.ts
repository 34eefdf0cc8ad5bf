export * from './bucket-sums.ts';
export * from './heal.ts';
export * from './owed-records.ts';
export * from './reconcile.ts';

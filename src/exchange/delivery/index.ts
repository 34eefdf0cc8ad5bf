export * from './deliver.ts';
export * from './delivery-store.ts';
export * from './delivery.ts';
export * from './envelope-store.ts';
export * from './errors.ts';
export * from './pack-envelope.ts';
export * from './retry-schedule.ts';
export * from './send-envelope.ts';

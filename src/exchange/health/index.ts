export * from './errors.ts';
export * from './health-store.ts';
export * from './pace.ts';
export * from './pace-store.ts';
export * from './probe.ts';

export * from './cursor-store.ts';
export * from './relay.ts';

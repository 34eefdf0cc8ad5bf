export * from './change-store.ts';
export * from './change.ts';
export * from './sequencer.ts';

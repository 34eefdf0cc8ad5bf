export * from './errors.ts';
export * from './ping.ts';
export * from './queue.ts';

export * from './engine.ts';
export * from './redis-epoch.ts';

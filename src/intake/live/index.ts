export * from './errors.ts';
export * from './live-source.ts';

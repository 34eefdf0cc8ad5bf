export * from './discover-source.ts';
export * from './errors.ts';

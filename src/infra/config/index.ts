export * from './config.ts';
export * from './environment.ts';
export * from './errors.ts';

export * from './decide-conversion.ts';
export * from './errors.ts';
export * from './take-converted.ts';

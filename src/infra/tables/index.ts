export * from './errors.ts';
export * from './table-file.ts';

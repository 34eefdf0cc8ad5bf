export * from './errors.ts';
export * from './yaml-file.ts';

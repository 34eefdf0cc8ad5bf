export * from './errors.ts';
export * from './file-stamp.ts';
export * from './yaml-file.ts';

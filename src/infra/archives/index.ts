export * from './errors.ts';
export * from './unpack-archive.ts';
export * from './walk-zip.ts';

export * from './catalogue.ts';
export * from './errors.ts';
export { readReleased, releaseFiles } from './released-files.ts';

export * from './signed-document.ts';
export * from './wire-record.ts';

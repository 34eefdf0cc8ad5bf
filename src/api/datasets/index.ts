export type { Recognise } from './connection.ts';
export * from './dataset-sdl.ts';
export * from './dataset-sources.ts';
export * from './dataset-subgraph.ts';
export * from './errors.ts';
export { PARTNER_PATH } from './partner-asker.ts';
export type { RecognitionView } from './recognition-view.ts';
export type { SourceRecord } from './source-record.ts';
export { PARTNER_DOCUMENT_VERSION } from './partner-document.ts';

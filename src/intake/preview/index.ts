export * from './preview-connector.ts';

export * from './try-connector.ts';
export { judgeFolder } from './try-samples.ts';

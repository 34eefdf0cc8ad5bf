export * from './try-connector.ts';
export { expectSamples } from './try-samples.ts';

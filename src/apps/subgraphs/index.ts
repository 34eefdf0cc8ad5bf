export * from './start-subgraph-process.ts';

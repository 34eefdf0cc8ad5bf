export type * from './operations-port.ts';
export * from './operations-subgraph.ts';

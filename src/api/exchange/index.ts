export type * from './exchange-port.ts';
export * from './exchange-subgraph.ts';

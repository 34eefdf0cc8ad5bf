export * from './recognise.ts';
export * from './recognition-subgraph.ts';

export * from './errors.ts';
export * from './subjects-subgraph.ts';

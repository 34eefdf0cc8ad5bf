export { composeSupergraph, IN_PROCESS, type Supergraph, type SubgraphPart } from './compose.ts';
export { PUBLIC_PATH } from './doors.ts';
export * from './errors.ts';
export type { GatewayAnswer } from './generation.ts';
export type { ApiParts } from './hub-subgraphs.ts';
export { openSupergraph } from './open-gateway.ts';
export { referenceParts } from './reference-set.ts';
export * from './start-api.ts';
export { SUBGRAPH_PATH } from './subgraph-door.ts';

export * from './errors.ts';
export * from './hub-connectors.ts';
export * from './hub-parts.ts';
export * from './http-server.ts';
export * from './metrics.ts';
export * from './ports.ts';
export * from './start-hub.ts';
export * from './status.ts';

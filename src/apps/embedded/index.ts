export { findFreePort, startChildServer, type ChildServer } from './child-server.ts';
export * from './embedded-stores.ts';
export * from './errors.ts';
export * from './locate.ts';
export * from './redis-server.ts';
export * from './stand-in.ts';

export * from './access.ts';
export * from './access-watch.ts';
export * from './errors.ts';
export { findHubToken, issueToken, ownJwks, type IssueOrder } from './mint-token.ts';
export * from './revocation-store.ts';

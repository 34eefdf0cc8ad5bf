export type { DraftOwner } from './draft.ts';
export * from './draft-connector.ts';
export * from './errors.ts';
export { originOf, type Origin } from './origin.ts';
export { shareOf, type ColumnProfile } from './profile-columns.ts';
export { sampleSource } from './sample-source.ts';

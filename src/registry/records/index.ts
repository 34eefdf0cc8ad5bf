export { newestVersion } from './accept-plan.ts';
export * from './erase-store.ts';
export * from './errors.ts';
export * from './outbox-store.ts';
export * from './record-reader-store.ts';
export {
  acceptBatch,
  foreseeBatch,
  MAX_ACCEPT_BATCH,
  reissueRecords,
  type Foreseen,
  type Reissue,
} from './record-store.ts';
export * from './record.model.ts';
export * from './record.ts';

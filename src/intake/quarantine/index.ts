export * from './entry-life-store.ts';
export * from './errors.ts';
export * from './quarantine-entry.ts';
export * from './quarantine-list-store.ts';
export {
  foreseeRows,
  forgetEntry,
  forgetRows,
  forgetRun,
  quarantineModel,
  quarantineRows,
  resolveRows,
  rowDigest,
} from './quarantine-store.ts';

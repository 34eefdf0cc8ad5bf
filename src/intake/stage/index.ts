export {
  forgetHashes,
  putHashes,
  putSample,
  readContested,
  readHashes,
  readSample,
  removeStage,
  stageModel,
  type StagedChange,
} from './stage-store.ts';
export * from './stage-writer.ts';

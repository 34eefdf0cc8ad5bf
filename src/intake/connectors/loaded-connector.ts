import type { Connector } from '../../contracts/manifests/index.ts';

/** A manifest as it was read: with its folder, and a revision that changes with its text. */
export type LoadedConnector = Connector & {
  /** Folder that relative paths of the manifest start from. */
  readonly directory: string;
  /** First 12 digits of the manifest's SHA-256. */
  readonly revision: string;
};

/** Targets beside the dataset's fields: what a row says about its subject. */
export const SUBJECT_TARGETS = [
  'subject.uscc',
  'subject.name',
  'subject.category',
  'subject.registrationNo',
  'subject.orgCode',
  'subject.taxNo',
  'subject.formerName',
  'subject.formerUscc',
] as const;
/** One word of {@link SUBJECT_TARGETS}. */
export type SubjectTarget = (typeof SUBJECT_TARGETS)[number];

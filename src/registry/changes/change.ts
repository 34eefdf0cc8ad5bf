import type { RecordKind } from '../../domain/record/index.ts';
import type { DisclosureClass } from '../../domain/disclosure/index.ts';
import type { Operation } from '../records/index.ts';

/** One version in the order in which this hub came to hold it. `seq` is the only position anybody counts by. */
export type ChangeDocument = {
  /** `seq`: 1, 2, 3 … without a gap. */
  _id: number;
  key: string;
  v: number;
  /** Place among the record's versions, where the number was there before; see `OutboxEntry`. */
  n?: number;
  hash: string;
  operation: Operation;
  kind: RecordKind;
  dataset: string;
  subject: string;
  origin: string;
  receivedFrom: string | null;
  via: string[];
  producerRegion: string;
  subjectRegion: string;
  disclosureClass: DisclosureClass;
  at: Date;
};

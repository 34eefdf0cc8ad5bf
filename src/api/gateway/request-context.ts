import type { ApiContext } from '../shared/index.ts';
import type { Admission } from './admit.ts';

/** Apollo's context of a request: ours, and the word of `admit`. */
export type DoorContext = {
  readonly api: ApiContext;
  /** Class of addresses that share a quota on the public channel. */
  readonly addressClass: string;
  admission?: Admission;
  /** Units the document would cost, also where it was refused after it was measured. */
  requested?: number;
};

import type { ApiContext } from '../shared/index.ts';
import type { Admission } from './admit.ts';

/** Apollo's context of a request: ours, and the word of `admit`. */
export type DoorContext = {
  readonly api: ApiContext;
  admission?: Admission;
};

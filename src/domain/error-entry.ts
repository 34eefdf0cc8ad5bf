import type { ErrorKind } from './hub-error.ts';

/** One line of a closet's error catalogue, from which `docs/errors.md` is generated. */
export type ErrorEntry = {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly zh: string;
  readonly en: string;
};

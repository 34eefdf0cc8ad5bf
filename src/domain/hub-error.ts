/**
 * What a failure asks of the one who meets it; retry follows from this word alone, never from a message.
 * `config`: a person must change a setting; `transient`: the same call may succeed later;
 * `refused`: the input is not acceptable; `defect`: the program is wrong.
 */
export type ErrorKind = 'config' | 'transient' | 'refused' | 'defect';

/** Facts a person needs to act on an error. Values must already be free of personal data. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** The one base of every error thrown by Xinqiao: a stable code, a kind, and facts. */
export class HubError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly details: ErrorDetails;

  /**
   * @param code stable upper-case word listed in `docs/errors.md`
   * @param kind decides whether a retry makes sense
   * @param message one English sentence: what is wrong, where, and what to do
   */
  constructor(
    code: string,
    kind: ErrorKind,
    message: string,
    options: { details?: ErrorDetails; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HubError';
    this.code = code;
    this.kind = kind;
    this.details = options.details ?? {};
  }
}

/** The HubError inside an unknown thrown value, or a `defect` that wraps it. */
export function toHubError(error: unknown): HubError {
  if (error instanceof HubError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new HubError('DEFECT', 'defect', message, { cause: error });
}

/**
 * Door of `intake`, used by `exchange`: erases what intake and registry hold of a record in which a person was found –
 * statements, subject, rows that wait. Key, version numbers and digests stay. Safe to repeat.
 */
export type ForgetPerson = (key: string) => Promise<void>;

import { z } from 'zod';

/** Id of a hub, partner, connector or platform: lower-case words joined by `-`, 2–63 characters. */
export const slugSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,62}$/, 'lower-case letters, digits and "-", 2 to 63 characters');

/** GB/T 2260 code of an administrative region, six digits. */
export const regionCodeSchema = z.string().regex(/^\d{6}$/, 'six digits as in GB/T 2260');

/** Unified social credit code by its form alone; check characters are judged by `domain/subject`. */
export const usccFormSchema = z.string().regex(/^[0-9A-HJ-NPQRTUWXY]{18}$/, '18 characters as in GB 32100');

/** Calendar day YYYY-MM-DD in Asia/Shanghai. */
export const calendarDaySchema = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'YYYY-MM-DD');

/** Instant in UTC, ISO 8601 with milliseconds and `Z`. */
export const instantSchema = z.iso.datetime({ offset: false });

/** A text in both languages: Chinese where officials read, English where engineers do. */
export const bilingualSchema = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

/** Reference to an immutable versioned file, `<name>@<version>`. */
export const versionedNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_-]*@\d+$/, 'a name and a version, such as administrative_penalty@1');

/** Kinds of credit record, the same words as `domain/record`. */
export const recordKindSchema = z.enum(['LICENCE', 'PENALTY', 'COMMENDATION', 'LIST_ENTRY', 'EVALUATION']);

/** Who may see a record, the same words as `domain/disclosure`. */
export const disclosureClassSchema = z.enum(['PUBLIC', 'GOVERNMENT', 'RESTRICTED']);

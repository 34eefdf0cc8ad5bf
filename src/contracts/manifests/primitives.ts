import { z } from 'zod';
import { RECORD_KINDS } from '../../domain/record/index.ts';

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
export const recordKindSchema = z.enum(RECORD_KINDS);

/** Who may see a record, the same words as `domain/disclosure`. */
export const disclosureClassSchema = z.enum(['PUBLIC', 'GOVERNMENT', 'RESTRICTED']);

/** A value that must not stand in a manifest: `${env:NAME}` or `${file:path}`. */
export const secretReferenceSchema = z
  .string()
  .regex(/^\$\{(env|file):[^}]+\}$/, 'secrets are references: ${env:NAME} or ${file:path}');

/** Text that may hold `${env:NAME}` references, such as a folder or a service address. */
export const templatedSchema = z.string().min(1);

/** A share written as people write it, `5%` or `0.5%`; parsed to a number from 0 to 1. */
export const shareSchema = z
  .string()
  .regex(/^(100|\d{1,2}(\.\d{1,3})?)%$/, 'a share such as 5%, from 0% to 100%')
  .transform((text) => Number(text.slice(0, -1)) / 100);

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** A length of time, `90s`, `15m`, `26h` or `2d`; parsed to seconds, one year at most. */
export const durationSchema = z
  .string()
  .regex(/^[1-9]\d{0,7}[smhd]$/, 'a length of time such as 90s, 15m, 26h or 2d')
  .transform((text) => Number(text.slice(0, -1)) * SECONDS[text.slice(-1) as keyof typeof SECONDS])
  .refine((seconds) => seconds <= 31_536_000, 'a year at most');

/** Most requests in a length of time. */
export const requestBudgetSchema = z.strictObject({
  requests: z.int().min(1).max(100_000),
  per: durationSchema,
});

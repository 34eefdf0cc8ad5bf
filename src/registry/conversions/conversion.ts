import { organisationCodeOf, type ConvertibleKind, type SourceCode } from '../../domain/subject/index.ts';

/**
 * Where a conversion stands: `waiting` no subject is known for the code; `conflict` several are, or one of another name;
 * `requested` a person says where it leads and a second one decides; `converted` it leads to `uscc`.
 */
export const CONVERSION_STATES = ['waiting', 'conflict', 'requested', 'converted'] as const;
/** One word of {@link CONVERSION_STATES}. */
export type ConversionState = (typeof CONVERSION_STATES)[number];

/** A department that names subjects by the code, and the connector by which it came. */
export type ConversionDepartment = {
  readonly uscc: string;
  readonly name: string;
  readonly source: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
};

/** What one person says of a code, and what a second one decided. */
export type ConversionRequest = {
  readonly uscc: string;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
};

/** A code by which departments name a subject and that is no sound unified code (存量代码转换). */
export type ConversionDocument = {
  /** `<kind>:<code>`. */
  _id: string;
  kind: ConvertibleKind;
  code: string;
  /** The code, and the organisation code inside it: what a register's word is found by. */
  keys: string[];
  state: ConversionState;
  /** Unified code it leads to; null: none. */
  uscc: string | null;
  /** Who says so; null: nobody yet. */
  by: 'register' | 'persons' | null;
  /** Unified codes that it may lead to, at most ten. */
  candidates: string[];
  /** Names that sources gave with it, at most five; organisations' alone. */
  names: string[];
  departments: ConversionDepartment[];
  request: ConversionRequest | null;
  firstSeenAt: Date;
  lastSeenAt: Date;
  convertedAt: Date | null;
};

/** The id of a code's conversion. */
export function conversionId({ kind, code }: SourceCode): string {
  return `${kind}:${code}`;
}

/** What a register's word about a code is found by: the code, and the organisation code inside it. */
export function conversionKeys({ kind, code }: SourceCode): string[] {
  if (kind === 'USCC') return [code, organisationCodeOf(code)];
  return kind === 'TAX_NO' && code.length === 15 ? [code, code.slice(6)] : [code];
}

/** Types a dataset's field can have. */
export const FIELD_TYPES = ['text', 'date', 'money', 'code', 'uscc', 'boolean', 'integer', 'codes'] as const;
/** One word of {@link FIELD_TYPES}. */
export type FieldType = (typeof FIELD_TYPES)[number];

/** What is done with a field that is about a person. */
export type PersonField = 'drop' | 'mask' | 'refuse';

/** One field of a dataset, as far as the generic checks ask. */
export type FieldSpec = {
  /** Canonical name in camelCase. */
  readonly name: string;
  readonly type: FieldType;
  readonly zh: string;
  readonly en: string;
  /** Field code of the standard, such as CF_WSH. */
  readonly standard?: string | undefined;
  readonly required: boolean;
  /** Longest text accepted, in characters (code points). */
  readonly maxLength?: number | undefined;
  /** Name of the code list that `code` and `codes` take their values from. */
  readonly codeList?: string | undefined;
  /** Class of the field where it is stricter than the dataset's. */
  readonly disclosure?: 'PUBLIC' | 'GOVERNMENT' | 'RESTRICTED' | undefined;
  readonly personField?: PersonField | undefined;
};

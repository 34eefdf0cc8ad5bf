/** Kinds of credit record. */
export const RECORD_KINDS = [
  'LICENCE',
  'PENALTY',
  'COMMENDATION',
  'LIST_ENTRY',
  'EVALUATION',
  'REGISTRATION',
] as const;
/** One word of {@link RECORD_KINDS}. */
export type RecordKind = (typeof RECORD_KINDS)[number];

/** What officials and engineers call each kind. */
export const KIND_LABELS: Readonly<Record<RecordKind, { readonly zh: string; readonly en: string }>> = {
  LICENCE: { zh: '行政许可', en: 'Administrative licence' },
  PENALTY: { zh: '行政处罚', en: 'Administrative penalty' },
  COMMENDATION: { zh: '表彰奖励', en: 'Commendation' },
  LIST_ENTRY: { zh: '名单信息', en: 'List entry' },
  EVALUATION: { zh: '信用评价结果', en: 'Evaluation result made elsewhere' },
  REGISTRATION: { zh: '登记注册', en: 'Entry of a subject register' },
};

/** Fields that, with kind, producer and subject, identify a record. A dataset may declare its own instead. */
export const IDENTITY_FIELDS: Readonly<Record<RecordKind, readonly string[]>> = {
  LICENCE: ['documentNo', 'decidedOn'],
  PENALTY: ['documentNo', 'decidedOn'],
  COMMENDATION: ['documentNo', 'decidedOn'],
  LIST_ENTRY: ['documentNo', 'decidedOn'],
  EVALUATION: ['scheme', 'period'],
  REGISTRATION: ['register'],
};

/** Effect of a result for an asker, as the schema shows it. */
export type RecognitionView = {
  readonly outcome: 'RECOGNISED' | 'NOT_RECOGNISED';
  readonly reason: string | null;
  readonly localGrade: string | null;
  readonly agreementNumber: string | null;
  readonly agreementVersion: number | null;
  readonly decidedBy: string | null;
};

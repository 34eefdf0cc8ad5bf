/** Errors of the reconciliation closet, also on the wire. */
export const RECONCILIATION_ERRORS = [
  {
    code: 'RECONCILE_ANSWER_INVALID',
    kind: 'transient',
    zh: '对方的对账答复无法使用',
    en: "The partner's answer to a reconciliation is malformed or not signed by it.",
  },
  {
    code: 'RECONCILE_ROOTS_DIFFER',
    kind: 'refused',
    zh: '合计相同而根值不同，对账结果不可信',
    en: 'Counts and sums agree, the Merkle roots do not: somebody chose keys to forge a sum, or a bit was lost.',
  },
  {
    code: 'RECONCILE_STATEMENT_REFUSED',
    kind: 'refused',
    zh: '对账单签名或时间不符，或没有与之对应的对账',
    en: 'A part of a statement does not verify, is of another time, or answers no open reconciliation.',
  },
  {
    code: 'RECONCILE_TOO_MANY',
    kind: 'refused',
    zh: '同一前缀的记录过多，请用分桶文件对账',
    en: 'One leaf holds more elements than a question may name: compare by bucket file.',
  },
  {
    code: 'RECONCILE_BUSY',
    kind: 'transient',
    zh: '对账正在进行，或记录尚未编入变更序列',
    en: 'A reconciliation is running, or accepted versions wait for their place in the sequence.',
  },
  {
    code: 'BAD_BUCKET_FILE',
    kind: 'config',
    zh: '分桶文件格式、摘要或签名不符',
    en: 'A bucket or element file is malformed, for others, or its digest, root or signature does not fit.',
  },
] as const;

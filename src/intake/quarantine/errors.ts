/** Errors of the quarantine closet. */
export const QUARANTINE_ERRORS = [
  {
    code: 'NO_SUCH_ENTRY',
    kind: 'refused',
    zh: '没有这条问题数据，或编号不足以区分',
    en: 'No row in quarantine has this id, or several have it.',
  },
  {
    code: 'NO_OVERRIDE_REQUESTED',
    kind: 'refused',
    zh: '该条问题数据没有待审批的放行申请',
    en: 'Nobody asked to let this row in, or it was decided already.',
  },
  {
    code: 'SAME_PERSON_TWICE',
    kind: 'refused',
    zh: '申请人与审批人不得为同一人',
    en: 'The one who asked to let a row in may not decide on it.',
  },
  {
    code: 'BAD_ACTOR',
    kind: 'config',
    zh: '操作人须填写账号或工号，不得填写姓名或证件号码',
    en: 'Who acts is named by an account or staff number, never by a name or a number of a person.',
  },
  {
    code: 'BAD_REASON',
    kind: 'config',
    zh: '理由为空、过长，或含有个人信息',
    en: 'A reason is empty, too long, or holds personal data.',
  },
] as const;

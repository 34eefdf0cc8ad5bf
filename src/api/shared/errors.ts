/** Errors that any part of the query interface may answer with. */
export const API_ERRORS = [
  {
    code: 'INTERNAL',
    kind: 'defect',
    zh: '内部错误，请凭追踪号联系运维',
    en: 'Something failed inside; quote the trace id to the operator.',
  },
  {
    code: 'SCOPE_MISSING',
    kind: 'refused',
    zh: '缺少所需权限范围',
    en: 'The asker lacks the scope this field needs.',
  },
  {
    code: 'PURPOSE_MISSING',
    kind: 'refused',
    zh: '签名查询须写明用途',
    en: 'A signed query names its purpose.',
  },
  {
    code: 'PURPOSE_NOT_AGREED',
    kind: 'refused',
    zh: '该用途不在双方约定之内',
    en: 'The terms of the platform do not name this purpose.',
  },
  {
    code: 'NATURAL_PERSON_SUBJECT',
    kind: 'refused',
    zh: '本平台只处理组织，不处理自然人',
    en: 'The code is shaped like a natural person’s number: organisations only.',
  },
  { code: 'BAD_PAGE', kind: 'refused', zh: '分页参数有误', en: 'first, after, last or before is wrong.' },
  { code: 'BAD_CURSOR', kind: 'refused', zh: '游标无效', en: 'The cursor was not issued by this list.' },
  {
    code: 'NOT_YET_KNOWN',
    kind: 'refused',
    zh: '该时刻尚未到来',
    en: 'knownAt lies after what this hub has committed.',
  },
] as const;

/** Errors of the platforms closet. */
export const PLATFORMS_ERRORS = [
  {
    code: 'UNKNOWN_PLATFORM',
    kind: 'config',
    zh: '合作平台没有对应的平台清单',
    en: 'A partner names a platform that has no manifest.',
  },
  {
    code: 'PLATFORM_BAD_ANSWER',
    kind: 'transient',
    zh: '平台答复无法识别，将按约定重新发送或查询',
    en: 'The answer of a platform is not what its manifest describes; the batch is sent or asked about again.',
  },
  {
    code: 'PLATFORM_ANSWER_UNKNOWN',
    kind: 'refused',
    zh: '平台答复所指的记录未曾发送，未采用',
    en: 'An answer of a platform is about a record that was never sent there; it has no effect.',
  },
] as const;

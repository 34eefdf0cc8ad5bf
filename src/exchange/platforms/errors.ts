/** Errors of the platforms closet. */
export const PLATFORMS_ERRORS = [
  {
    code: 'PLATFORM_DIFFERS',
    kind: 'config',
    zh: '枢纽文件与平台清单的地区不一致',
    en: 'The hub file and the manifest of a platform name different regions.',
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

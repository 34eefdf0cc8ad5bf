/** Errors of the generations closet. */
export const GENERATIONS_ERRORS = [
  {
    code: 'UNKNOWN_GENERATION',
    kind: 'config',
    zh: '没有这一代超图，或其文件已不在',
    en: 'No such generation of the supergraph is kept.',
  },
  {
    code: 'GENERATION_CONTENDED',
    kind: 'transient',
    zh: '多个进程同时变更服务内容，请重试',
    en: 'Other processes change what is served at the same time: try again.',
  },
] as const;

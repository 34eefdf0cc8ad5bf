/** Errors of asking another hub. */
export const CLIENT_ERRORS = [
  {
    code: 'ANSWER_NOT_JSON',
    kind: 'transient',
    zh: '答复不是 JSON，可能来自平台前面的代理',
    en: 'The answer is not JSON: something before the hub answers in its place.',
  },
] as const;

/** Errors of the discovery closet. */
export const DISCOVERY_ERRORS = [
  {
    code: 'DISCOVER_UNSUPPORTED',
    kind: 'config',
    zh: '该类来源不支持自动列出结构',
    en: 'What a source of this kind holds cannot be listed.',
  },
] as const;

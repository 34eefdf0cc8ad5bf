/** Errors of the queue closet. */
export const QUEUE_ERRORS = [
  {
    code: 'REDIS_POLICY',
    kind: 'config',
    zh: 'Redis 淘汰策略不是 noeviction，会悄悄丢任务',
    en: 'Redis may evict keys; its policy must be noeviction.',
  },
  { code: 'REDIS_UNREACHABLE', kind: 'transient', zh: 'Redis 连接不上', en: 'Redis does not answer.' },
] as const;

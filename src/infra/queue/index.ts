export * from './errors.ts';
export * from './ping.ts';
export * from './queue.ts';
export type { BucketAnswer, BucketOrder } from './shared-bucket.ts';

import type { Redis } from 'ioredis';

/** A bucket of units that fills again evenly: `capacity` units each `windowMs`. */
export type BucketOrder = {
  readonly key: string;
  readonly capacity: number;
  readonly windowMs: number;
  /** Units to take; below 0 gives some back. More than there is takes none. */
  readonly units: number;
};

/** What came of an order. `left`: units in the bucket after it. */
export type BucketAnswer = { readonly taken: boolean; readonly left: number };

/** Time is Redis's own, so that processes with different clocks share one bucket. */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local capacity, window, units = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = tonumber(known[1]) or capacity
local at = tonumber(known[2]) or now
left = math.min(capacity, left + math.max(0, now - at) * capacity / window)
local taken = 0
if units <= left then
  left = math.min(capacity, left - units)
  taken = 1
end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], window)
return {taken, tostring(left)}`;

/** Takes units from a bucket that every process of the hub shares. @throws what Redis answers */
export async function takeFromSharedBucket(redis: Redis, order: BucketOrder): Promise<BucketAnswer> {
  const { key, capacity, windowMs, units } = order;
  const [taken, left] = (await redis.eval(TAKE, 1, key, capacity, windowMs, units)) as [number, string];
  return { taken: taken === 1, left: Number(left) };
}

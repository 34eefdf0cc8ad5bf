import { Queue, Worker } from 'bullmq';

const CONCURRENCY = 50;
const CHUNK = 500;

/** Jobs a second that plain BullMQ takes and hands to a worker that does nothing: the ceiling of the queue alone. */
export async function measureNoOps(redisUrl: string, jobs: number): Promise<number> {
  const { hostname: host, port } = new URL(redisUrl);
  const connection = { host, port: Number(port), maxRetriesPerRequest: null };
  const name = 'no-op';
  const queue = new Queue(name, { connection });
  let done = 0;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const worker = new Worker(
    name,
    () => {
      done += 1;
      if (done === jobs) finish();
      return Promise.resolve();
    },
    { connection, concurrency: CONCURRENCY, removeOnComplete: { count: 0 } },
  );
  try {
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    const startedAt = performance.now();
    for (let from = 0; from < jobs; from += CHUNK) {
      const chunk = Array.from({ length: Math.min(CHUNK, jobs - from) }, (_, at) => ({
        name: 'job',
        data: { record: from + at },
      }));
      await queue.addBulk(chunk);
    }
    await finished;
    return (jobs * 1_000) / (performance.now() - startedAt);
  } finally {
    await worker.close();
    await queue.obliterate({ force: true });
    await queue.close();
  }
}

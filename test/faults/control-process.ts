import { Queue, Worker } from 'bullmq';
import { appendFileSync } from 'node:fs';

/**
 * The negative control as a process: plain BullMQ with retries, one job a record, no store of truth beside it.
 * `feed` accepts (a job is acknowledged when Redis took it), `work` posts each record to the sink.
 */
type Given = {
  role: 'feed' | 'work';
  host: string;
  port: number;
  sink: string;
  target: number;
  perSecond: number;
  historyFile: string;
};

const QUEUE = 'records';
/** Five attempts as they come: BullMQ waits between attempts only where it is told to. */
const JOB = { attempts: 5 };

async function feed(given: Given): Promise<void> {
  const queue = new Queue(QUEUE, {
    connection: { host: given.host, port: given.port, maxRetriesPerRequest: 1 },
  });
  queue.on('error', () => undefined);
  const startedAt = Date.now();
  for (let number = 0; number < given.target;) {
    try {
      await queue.add('record', { number }, { ...JOB, jobId: `n${number}` });
    } catch {
      await new Promise((done) => setTimeout(done, 100));
      continue;
    }
    appendFileSync(
      given.historyFile,
      `${JSON.stringify({ kind: 'accepted', at: Date.now(), key: String(number), v: 1, hash: '' })}\n`,
    );
    number += 1;
    if (number % 25 === 0) process.stdout.write(`${number}\n`);
    const aheadMs = (number / given.perSecond) * 1_000 - (Date.now() - startedAt);
    if (aheadMs > 5) await new Promise((done) => setTimeout(done, aheadMs));
  }
  await queue.close();
}

function work(given: Given): void {
  const worker = new Worker<{ number: number }>(
    QUEUE,
    async (job) => {
      const answer = await fetch(given.sink, {
        method: 'POST',
        headers: { 'idempotency-key': String(job.data.number), 'content-type': 'application/json' },
        body: JSON.stringify(job.data),
        signal: AbortSignal.timeout(2_000),
      });
      if (answer.status !== 200) throw new Error(`the sink answered ${answer.status}`);
    },
    { connection: { host: given.host, port: given.port, maxRetriesPerRequest: null }, concurrency: 4 },
  );
  worker.on('error', () => undefined);
}

const given = JSON.parse(process.argv[2] ?? '{}') as Given;
if (given.role === 'feed') await feed(given);
else work(given);

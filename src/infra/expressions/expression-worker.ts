import jsonata from 'jsonata';
import { parentPort, workerData } from 'node:worker_threads';
import type { Evaluation, WorkerOrder, WorkerSetup } from './evaluator.ts';

const { texts, place, timeoutMs, patienceMs } = workerData as WorkerSetup;
/** Where the thread is: order, row and expression; read from outside when nothing comes any more. */
const at = new Int32Array(place);
const compile = (limitMs: number): jsonata.Expression[] =>
  texts.map((text) => jsonata(text, { timeout: limitMs, stack: 200, sequence: 100_000 }));
const quick = compile(timeoutMs);
const patient = compile(patienceMs);

/** Too long, too deep, too many. */
const LIMITS: ReadonlySet<string> = new Set(['D1012', 'D1011', 'D2015']);

/** Functions do not travel between threads, and mean nothing as a value. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

async function run(expression: jsonata.Expression, input: object, bindings: object): Promise<Evaluation> {
  try {
    return { value: plain(await expression.evaluate(input, { ...bindings })) };
  } catch (error) {
    const { code } = error as { code?: string };
    return { fault: LIMITS.has(code ?? '') ? 'LIMIT' : 'FAILED' };
  }
}

async function evaluate(which: number, input: object, bindings: object): Promise<Evaluation> {
  const [first, again] = [quick[which], patient[which]];
  if (first === undefined || again === undefined) return { fault: 'FAILED' };
  const result = await run(first, input, bindings);
  // A machine under load may have taken the thread's time: what went over its limit is run once more with patience.
  return 'fault' in result && result.fault === 'LIMIT' ? run(again, input, bindings) : result;
}

parentPort?.on('message', ({ id, inputs, which, bindings, skip, from }: WorkerOrder) => {
  void (async () => {
    for (const [row, input] of inputs.entries()) {
      if (row < from) continue;
      const results: Evaluation[] = [];
      for (const expression of which) {
        Atomics.store(at, 0, row);
        Atomics.store(at, 1, expression);
        Atomics.add(at, 2, 1);
        const skipped = row === from && skip.includes(expression);
        results.push(skipped ? { fault: 'LIMIT' } : await evaluate(expression, input, bindings));
      }
      parentPort?.postMessage({ id, row, results });
    }
  })();
});

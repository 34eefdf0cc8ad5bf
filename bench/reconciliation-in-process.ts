import { createServer, type Server } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import type { ReconcileElement, ReconcileRequest, ReconcileSide } from '../src/contracts/messages/index.ts';
import { sha256Hex } from '../src/domain/record/index.ts';
import { coveredParts, signDocument } from '../src/exchange/protocol/index.ts';
import {
  answerBuckets,
  answerLeaves,
  bucketOf,
  BucketRows,
  classify,
  countClasses,
  countDifferences,
  descend,
  pairByKey,
  type ComparedSet,
} from '../src/exchange/reconciliation/index.ts';
import { callHttp } from '../src/infra/http/index.ts';
import { signerOf } from '../src/infra/signing/index.ts';
import type { ReconciliationFigure, ReconciliationRun } from './reconciliation.ts';

const protocol = 'xinqiao/1';
const SIDES = { sender: 'zhoucun', receiver: 'zibo' };
const newSigner = () => signerOf(generateKeyPairSync('ed25519').privateKey, 'k1');
const SIGNERS = [newSigner(), newSigner()] as const;

/** Elements of one side, by bucket; what is asked of them is what the stores are asked for. */
class MemorySet implements ComparedSet {
  readonly rows = new BucketRows();
  readonly #buckets = new Map<number, ReconcileElement[]>();

  add(elements: readonly ReconcileElement[]): void {
    for (const [bucket, some] of Map.groupBy(elements, (it) => bucketOf(it.key))) {
      const all = [...(this.#buckets.get(bucket) ?? []), ...some];
      this.#buckets.set(bucket, all);
      this.rows.set(bucket, all);
    }
  }

  async *read(buckets: readonly number[]): AsyncGenerator<readonly [number, readonly ReconcileElement[]]> {
    for (const bucket of await Promise.resolve(buckets)) yield [bucket, this.#buckets.get(bucket) ?? []];
  }
}

const elementsOf = (from: number, count: number): ReconcileElement[] =>
  Array.from({ length: count }, (_, at) => ({
    key: sha256Hex(`bench ${from + at}`),
    v: 1,
    hash: sha256Hex(`content ${from + at}`),
  }));

function sideOf(set: MemorySet): ReconcileSide {
  return { seq: 1_000_000, at: new Date().toISOString(), ...set.rows.total() };
}

/** The opening and the close as they would travel; they are of one size whatever the sets. */
function signedMessages(here: MemorySet, there: MemorySet, found: ReturnType<typeof countClasses>) {
  const owed = { ...sideOf(here), apart: { refused: 0, held: 0, inFlight: 0 } };
  const held = sideOf(there);
  const sign = (who: 0 | 1, parts: Parameters<typeof coveredParts>[1]) =>
    signDocument(coveredParts(SIDES, parts), SIGNERS[who]).signature;
  const equal = owed.root === held.root;
  const all = { owed, held, found: { at: owed.at, ...found, inFlight: 0, complete: true } };
  const open = [
    { protocol, type: 'OPEN', owed, signature: sign(0, { owed }), rebuild: false },
    {
      protocol,
      held,
      signature: sign(1, { owed, held }),
      sums: equal ? null : there.rows.groupSums().toString('base64'),
    },
  ];
  const close = [
    { protocol, type: 'CLOSE', ...all, signature: sign(0, all) },
    { protocol, signature: sign(1, all) },
  ];
  return equal ? [open] : [open, close];
}

async function serve(there: MemorySet): Promise<{ server: Server; url: string }> {
  const answerOf = (request: ReconcileRequest): Promise<object> => {
    if (request.type === 'BUCKETS') return answerBuckets(there, request);
    if (request.type === 'LEAVES') return answerLeaves(there, request);
    throw new TypeError(`${request.type} is not asked here`);
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void answerOf(JSON.parse(Buffer.concat(chunks).toString('utf8')) as ReconcileRequest).then((answer) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
      );
    });
  });
  // This process computes for longer than a server waits for the next request of a connection.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    server,
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
  };
}

async function compare(
  url: string,
  here: MemorySet,
  there: MemorySet,
  records: number,
): Promise<ReconciliationFigure> {
  const traffic = { roundTrips: 0, bytes: 0 };
  const startedAt = performance.now();
  const found = await descend(here, there.rows.groupSums(), async (request) => {
    const body = JSON.stringify(request);
    const answer = await callHttp({ method: 'POST', url, body, timeoutMs: 60_000, maxBytes: 16 * 1_048_576 });
    traffic.roundTrips += 1;
    traffic.bytes += Buffer.byteLength(body) + answer.body.length;
    return JSON.parse(answer.body.toString('utf8')) as unknown;
  });
  const classes = classify(pairByKey(found));
  for (const message of signedMessages(here, there, countClasses(classes))) {
    traffic.roundTrips += 1;
    traffic.bytes += message.reduce((sum, it) => sum + Buffer.byteLength(JSON.stringify(it)), 0);
  }
  const ms = Math.round(performance.now() - startedAt);
  const element = JSON.stringify({ key: '0'.repeat(64), v: 1, hash: '0'.repeat(64) });
  const list = { listBytes: records * 72, listJsonBytes: records * (element.length + 1) };
  return { records, differences: countDifferences(classes), ...traffic, ms, ...list };
}

/**
 * Measures the descent over two sets in this process: the product's questions and answers over HTTP, and no stores. The
 * opening and the close are made and signed as the product does, and counted.
 */
export async function measureInProcess(
  records: number,
  differences: readonly number[],
): Promise<ReconciliationRun> {
  const [here, there] = [new MemorySet(), new MemorySet()];
  const startedAt = performance.now();
  for (const set of [here, there]) set.add(elementsOf(0, records));
  const rebuildMs = Math.round(performance.now() - startedAt);
  const { server, url } = await serve(there);
  const figures: ReconciliationFigure[] = [];
  let held = records;
  try {
    for (const count of differences) {
      const more = elementsOf(held, count);
      here.add(more);
      const figure = await compare(url, here, there, held + count);
      if (figure.differences !== count)
        throw new Error(`${count} differences made, ${figure.differences} found`);
      figures.push(figure);
      there.add(more);
      held += count;
    }
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  return { rebuildMs, stores: false, figures };
}

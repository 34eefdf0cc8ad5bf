import { startApi } from '../src/api/gateway/index.ts';
import type { HubDatabase } from '../src/infra/mongo/index.ts';
import { apiPartsOf, openWatched } from './bench-hub.ts';
import type { QueryRatioName } from './options.ts';
import { apolloPeer } from './peers/apollo.ts';
import { driverPeer } from './peers/driver.ts';
import { monolithPeer } from './peers/monolith.ts';
import type { Answerer } from './peers/peer.ts';
import { BENCH_ASKER, codesOf, LIST_50, ONE, type BenchQuestion } from './questions.ts';
import { measureCpu, type PairResult, type Side } from './ratio.ts';

/** What the query ratios are measured on. */
export type QueryBench = { readonly database: HubDatabase; readonly codes: readonly string[] };

const SIZES = {
  list50: { question: LIST_50, requests: 24, warmUp: 60 },
  one: { question: ONE, requests: 200, warmUp: 300 },
} as const;

async function hubAnswerer(database: HubDatabase): Promise<{ answer: Answerer; stop(): Promise<void> }> {
  const api = await startApi({ ...apiPartsOf(database), publicUrl: 'http://127.0.0.1' });
  const answer: Answerer = async (source, variables, asker) =>
    JSON.stringify(await api.ask({ source, variables, asker }));
  return { answer, stop: () => api.close() };
}

async function peerAnswerer(
  peer: string,
  database: HubDatabase,
): Promise<{ answer: Answerer; stop(): Promise<void> }> {
  const parts = apiPartsOf(database);
  if (peer === 'monolith') return { answer: monolithPeer(parts), stop: () => Promise.resolve() };
  return apolloPeer(parts, peer === 'tuned' ? 'tuned' : 'local');
}

function sideOf(
  name: string,
  answer: Answerer,
  facts: { question: BenchQuestion; codes: readonly string[] },
): Side {
  const { question, codes } = facts;
  return {
    name,
    answer: (request) =>
      answer(question.source, question.variables(codesOf(codes, question, request)), BENCH_ASKER),
  };
}

/** An answer without what differs from request to request, and with the fields of every object in one order. */
function comparable(text: string): string {
  const answer = JSON.parse(text) as { extensions: { traceId?: string } };
  delete answer.extensions.traceId;
  return JSON.stringify(answer, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Whether both sides give the same full answer; a ratio of different work says nothing. */
async function assertSameAnswer(hub: Side, peer: Side): Promise<void> {
  const [ours, theirs] = [comparable(await hub.answer(3)), comparable(await peer.answer(3))];
  const records = ours.split('"documentNo"').length - 1;
  if (ours !== theirs || records === 0) {
    let place = 0;
    while (place < ours.length && ours[place] === theirs[place]) place += 1;
    const around = (text: string) => text.slice(Math.max(0, place - 200), place + 200);
    throw new Error(`${peer.name} answers otherwise:\n${around(ours)}\n--\n${around(theirs)}`);
  }
}

async function measureDriver(
  bench: QueryBench,
  hub: { answer: Answerer },
  rounds: number,
): Promise<PairResult> {
  const { question, requests, warmUp } = SIZES.list50;
  const find = driverPeer(bench.database);
  const peer: Side = {
    name: 'driver',
    answer: (request) => find(codesOf(bench.codes, question, request)),
  };
  const side = sideOf('hub', hub.answer, { question, codes: bench.codes });
  return measureCpu(side, peer, { rounds, requests, warmUp });
}

/** Measures one query ratio, such as `monolith.list50`. */
export async function measureQuery(
  bench: QueryBench,
  name: QueryRatioName,
  rounds: number,
): Promise<PairResult> {
  const [peerName = '', sizeName = ''] = name.split('.');
  const hub = await hubAnswerer(bench.database);
  try {
    if (peerName === 'driver') return await measureDriver(bench, hub, rounds);
    const peer = await peerAnswerer(peerName, bench.database);
    try {
      const { question, requests, warmUp } = SIZES[sizeName === 'one' ? 'one' : 'list50'];
      const facts = { question, codes: bench.codes };
      const sides = [sideOf('hub', hub.answer, facts), sideOf(peerName, peer.answer, facts)] as const;
      await assertSameAnswer(...sides);
      return await measureCpu(...sides, { rounds, requests, warmUp });
    } finally {
      await peer.stop();
    }
  } finally {
    await hub.stop();
  }
}

const READS = new Set(['find', 'aggregate', 'count', 'distinct', 'getMore']);

/** Database commands of one list of fifty subjects, as the driver's own monitoring reports them. */
export async function countCommands(
  uri: string,
  bench: QueryBench,
): Promise<{ reads: number; writes: number }> {
  const commands: string[] = [];
  const watched = await openWatched(uri, bench.database, ({ name }) => commands.push(name));
  const hub = await hubAnswerer(watched);
  try {
    const side = sideOf('hub', hub.answer, { question: LIST_50, codes: bench.codes });
    await side.answer(0);
    commands.length = 0;
    await side.answer(1);
    const reads = commands.filter((it) => READS.has(it)).length;
    return { reads, writes: commands.length - reads };
  } finally {
    await hub.stop();
    await watched.close();
  }
}

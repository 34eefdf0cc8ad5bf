import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { askHub } from '../../src/apps/client/index.ts';
import { ATTACKS } from '../../test/support/attacks.ts';
import { medianOf } from '../ratio.ts';
import { machine } from '../report.ts';
import { refuseOptions, runWithPrograms } from '../with-programs.ts';
import { startHubUnderAttack, type HubUnderAttack } from './hub-under-attack.ts';

const HELP = `script/bench attacks [--json] [--rounds N] [--seconds N]
  Latency of 50 legitimate signed requests a second, with and without 20 attacks a second beside them (aliases, directives,
  depth, cyclic fragments, huge lists, duplicates, introspection …), half of them on the public channel and half signed.
  --json       one object on standard output as well
  --rounds N   rounds, each with and without attacks in turn (default 5)
  --seconds N  length of each half (default 10)
`;
const LEGITIMATE_PER_SECOND = 50;
const ATTACKS_PER_SECOND = 20;
const SUBJECTS = 10;
const TIMEOUT_MS = 15_000;
/** Beyond this p99 without attacks the machine was busy with something else, and nothing can be said. */
const BUSY_MS = 150;
/** What the legitimate p99 may rise to under attack. */
const GOAL = { times: 1.2, plusMs: 5 } as const;

const LIST = `query List($usccs: [USCC!]!) { subjects(usccs: $usccs) { uscc name
  penalties(first: 5) { complete edges { node { documentNo decidedOn } } }
  licences(first: 5) { complete edges { node { documentNo } } } } }`;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Asks as a platform does. @returns milliseconds until the whole answer was there */
async function legitimate(hub: HubUnderAttack, request: number): Promise<number> {
  const usccs = Array.from(
    { length: SUBJECTS },
    (_, it) => hub.codes[(request * SUBJECTS + it) % hub.codes.length] ?? '',
  );
  const { id, keyFile, purpose } = hub.platform;
  const startedMs = performance.now();
  const { body } = await askHub({
    url: hub.url,
    query: LIST,
    variables: { usccs },
    sender: { hub: id, keyFile, keyId: 'k1', purpose },
    timeoutMs: TIMEOUT_MS,
  });
  const tookMs = performance.now() - startedMs;
  if ('errors' in (body as object)) throw new Error(`a legitimate request failed: ${JSON.stringify(body)}`);
  return tookMs;
}

type Body = { readonly query: string; readonly variables?: Record<string, unknown> };

/** Sends one attack. @returns milliseconds until it was refused */
async function attack(hub: HubUnderAttack, request: number): Promise<number> {
  const { name, code, body } = ATTACKS[(request >> 1) % ATTACKS.length] ?? { name: '', code: '', body: {} };
  const { query, variables = {} } = body as Body;
  const { id, keyFile, purpose } = hub.platform;
  const sender = request % 2 === 0 ? null : { hub: id, keyFile, keyId: 'k1', purpose };
  const startedMs = performance.now();
  const answer = await askHub({ url: hub.url, query, variables, sender, timeoutMs: TIMEOUT_MS });
  const tookMs = performance.now() - startedMs;
  if (!JSON.stringify(answer.body).includes(code)) throw new Error(`the attack by ${name} was not refused`);
  return tookMs;
}

/** Sends at a steady pace, whatever is still under way, and waits for the last. */
async function pace(perSecond: number, seconds: number, send: (request: number) => Promise<number>) {
  const startedMs = performance.now();
  const under: Promise<number>[] = [];
  for (let request = 0; request < perSecond * seconds; request += 1) {
    const aheadMs = (request / perSecond) * 1_000 - (performance.now() - startedMs);
    if (aheadMs > 0) await delay(aheadMs);
    under.push(send(request));
  }
  return Promise.all(under);
}

type Half = { readonly p50Ms: number; readonly p99Ms: number; readonly attackP99Ms: number | null };

async function measure(hub: HubUnderAttack, seconds: number, attacked: boolean): Promise<Half> {
  const [tookMs, attacksMs] = await Promise.all([
    pace(LEGITIMATE_PER_SECOND, seconds, (request) => legitimate(hub, request)),
    attacked ? pace(ATTACKS_PER_SECOND, seconds, (request) => attack(hub, request)) : [],
  ]);
  return {
    p50Ms: percentile(tookMs, 0.5),
    p99Ms: percentile(tookMs, 0.99),
    attackP99Ms: attacked ? percentile(attacksMs, 0.99) : null,
  };
}

async function run(hub: HubUnderAttack, options: { rounds: number; seconds: number }): Promise<object> {
  await measure(hub, 3, true);
  const rounds: { quiet: Half; attacked: Half; holds: boolean }[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const order = round % 2 === 0 ? [false, true] : [true, false];
    const halves = new Map<boolean, Half>();
    for (const attacked of order) halves.set(attacked, await measure(hub, options.seconds, attacked));
    const [quiet, attacked] = [halves.get(false), halves.get(true)];
    if (quiet === undefined || attacked === undefined) throw new TypeError('both halves are measured');
    const holds = attacked.p99Ms <= GOAL.times * quiet.p99Ms + GOAL.plusMs;
    rounds.push({ quiet, attacked, holds });
    say(
      `round ${round + 1}  p99 ${quiet.p99Ms.toFixed(1)} ms, under attack ${attacked.p99Ms.toFixed(1)} ms; ` +
        `attacks refused in ${(attacked.attackP99Ms ?? 0).toFixed(1)} ms (p99)`,
    );
  }
  const quietP99Ms = medianOf(rounds.map((it) => it.quiet.p99Ms));
  const attackedP99Ms = medianOf(rounds.map((it) => it.attacked.p99Ms));
  const overMs = medianOf(rounds.map((it) => it.attacked.p99Ms - GOAL.times * it.quiet.p99Ms));
  const busy = quietP99Ms > BUSY_MS;
  if (busy) say('the machine was too busy without any attack: measure again');
  return {
    machine: machine(),
    store: hub.store,
    ...{ legitimatePerSecond: LEGITIMATE_PER_SECOND, attacksPerSecond: ATTACKS_PER_SECOND },
    ...{ quietP99Ms, attackedP99Ms, overMs, busy, holds: busy ? null : overMs <= GOAL.plusMs },
    rounds,
  };
}

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const options = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
if (values.help) {
  process.stdout.write(HELP);
} else if (!(options.rounds >= 1 && options.seconds >= 1)) {
  refuseOptions('script/bench attacks: --rounds and --seconds are whole numbers, at least 1');
} else {
  await runWithPrograms(values.json, async (programs, folder) =>
    run(await startHubUnderAttack(programs, folder), options),
  );
}

import type { Reconciliation } from '../../exchange/reconciliation/index.ts';
import type { RunReceipt } from '../../intake/pipeline/index.ts';
import { findRule } from '../../domain/rules.ts';
import type { DemoFigures, SourceFigures } from './figures.ts';
import { runCommand, statusOf, waitUntil, type HubProcess } from './hub-process.ts';
import type { DemoProcesses } from './setup.ts';
import type { Terminal } from './terminal.ts';

/** What every step of the demo works with. */
export type Stage = {
  readonly hubs: DemoProcesses;
  readonly terminal: Terminal;
  readonly figures: DemoFigures;
  /** Rows each source is known to hold, for the progress bars. */
  readonly expected: Readonly<Record<string, number>>;
};

const WAIT_MS = 900_000;

/** Runs a step and notes how long it took. */
export async function timed<T>(stage: Stage, name: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work();
  stage.figures.steps.push({ name, ms: Math.round(performance.now() - startedAt) });
  return result;
}

/** Notes a check; a failed one fails the demo. */
export function check(stage: Stage, name: string, ok: boolean): void {
  stage.figures.checks.push({ name, ok });
  stage.terminal.say(`   ${ok ? '✓' : '✗'} ${name}`);
  if (!ok) stage.figures.ok = false;
}

/** Whether a receipt adds up. */
export function addsUp(it: RunReceipt): boolean {
  const rows = it.read === it.accepted + it.unchanged + it.quarantined + it.refused;
  return rows && it.accepted === it.created + it.corrected + it.withdrawn;
}

/** Collects from some sources of a hub, with a progress bar each. */
export async function collect(
  stage: Stage,
  hub: HubProcess,
  connectors: readonly string[],
): Promise<RunReceipt[]> {
  return runCommand<RunReceipt>(
    hub,
    ['run', ...connectors, '--json', '--progress', 'json'],
    ({ connector, read }) => {
      stage.terminal.progress(
        connector,
        Math.min(read, stage.expected[connector] ?? read),
        stage.expected[connector] ?? read,
      );
    },
  );
}

/** The table of receipts, and why rows were not accepted. */
export function showReceipts(stage: Stage, receipts: readonly RunReceipt[]): void {
  stage.terminal.table(
    [
      '来源 source',
      'read',
      '=',
      'accepted',
      'unchanged',
      'quarantined',
      'refused',
      '|',
      'created',
      'corrected',
      'withdrawn',
    ],
    receipts.map((it) => [
      it.connector,
      it.read,
      '=',
      it.accepted,
      it.unchanged,
      it.quarantined,
      it.refused,
      '|',
      it.created,
      it.corrected,
      it.withdrawn,
    ]),
  );
}

/** Why rows of these runs were refused or put into quarantine. */
export function showReasons(stage: Stage, receipts: readonly RunReceipt[]): void {
  const counts = new Map<string, number>();
  for (const receipt of receipts) {
    for (const [rule, count] of Object.entries(receipt.findingsByRule))
      counts.set(rule, (counts.get(rule) ?? 0) + count);
  }
  const rows = [...counts]
    .filter(([rule]) => findRule(rule)?.severity === 'reject')
    .sort(([, a], [, b]) => b - a);
  stage.terminal.table(
    ['rule', 'rows', '原因 reason'],
    rows.map(([rule, count]) => [rule, count, findRule(rule)?.zh ?? '']),
  );
}

/** Figures of a source from its receipt. */
export function sourceFigures(hub: string, it: RunReceipt): SourceFigures {
  const { read, accepted, unchanged, quarantined, refused } = it;
  return { id: it.connector, hub, mode: 'collect', read, accepted, unchanged, quarantined, refused };
}

const UNSETTLED = ['pending', 'packed', 'stored'];

/** Waits until a hub has told a partner everything and has its word on each record. */
export async function awaitDelivered(stage: Stage, hub: HubProcess, partner: string): Promise<void> {
  await waitUntil(
    `delivery ${hub.id} → ${partner}`,
    async () => {
      const status = await statusOf(hub);
      const counts = status.partners.find((it) => it.id === partner)?.deliveries ?? {};
      const left = UNSETTLED.reduce((sum, it) => sum + (counts[it] ?? 0), 0);
      const total = Object.values(counts).reduce((sum, it) => sum + it, 0);
      const moving = status.unsequenced + status.unrelayed;
      stage.terminal.progress(`${hub.id} → ${partner}`, total - left, total + moving);
      return left === 0 && moving === 0;
    },
    WAIT_MS,
  );
}

/** Waits until a hub has pulled everything that its partner has sequenced. */
export async function awaitPulled(stage: Stage, hub: HubProcess, partner: HubProcess): Promise<void> {
  await waitUntil(
    `pull ${hub.id} ← ${partner.id}`,
    async () => {
      const { seq, unsequenced } = await statusOf(partner);
      const pulled = (await statusOf(hub)).partners.find((it) => it.id === partner.id)?.pulledThrough ?? 0;
      stage.terminal.progress(`${hub.id} ← ${partner.id} (seq)`, Math.min(pulled, seq), seq);
      return pulled >= seq && unsequenced === 0;
    },
    WAIT_MS,
  );
}

/** Asks each sender whether its partners hold exactly what they are owed. */
export async function prove(
  stage: Stage,
  asked: readonly { readonly from: HubProcess; readonly to: readonly string[] }[],
): Promise<Reconciliation[]> {
  const found: Reconciliation[] = [];
  for (const { from, to } of asked) {
    found.push(...(await runCommand<Reconciliation>(from, ['reconcile', ...to, '--json'])));
  }
  stage.terminal.table(
    ['from', 'to', 'records', 'refused there', 'same set?'],
    found.map((it) => [it.from, it.to, it.records, it.rejected, it.equal ? '✓' : '✗']),
  );
  return found;
}

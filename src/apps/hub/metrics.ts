import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { countOverdue, countUnreachable, overdueBefore } from '../../exchange/holders/index.ts';
import { reportPartner, type PartnerReport } from '../../exchange/operator/index.ts';
import { EXCHANGE_COUNTS } from '../../exchange/partners/index.ts';
import { listFormerPartners } from '../../exchange/recall/index.ts';
import { DIFFERENCE_CLASSES, findLastEqualAt, listStatements } from '../../exchange/reconciliation/index.ts';
import type { HintQueues } from '../../infra/queue/index.ts';
import type { HubParts } from './hub-parts.ts';
import { readOwnStatus, type HubStatus } from './status.ts';

const PARTNER_STATES = ['open', 'waiting', 'paused'] as const;

function gaugesOf(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `xinqiao_${name}`, help, labelNames, registers: [registry] });
  return {
    records: gauge('records', 'Records held, withdrawn ones included', []),
    quarantined: gauge('quarantined_rows', 'Rows that wait in quarantine', []),
    quarantineOverdue: gauge(
      'quarantine_overdue',
      'Rows in quarantine past the day until which their department answers',
      [],
    ),
    sequence: gauge('changes_sequence', 'Newest position of the sequence of changes', []),
    unsequenced: gauge('unsequenced_versions', 'Accepted versions without a position', []),
    unrelayed: gauge('unrelayed_changes', 'Changes that were not fanned out', []),
    redis: gauge('redis_available', '1 while Redis answers; 0 in direct mode', []),
    deliveries: gauge('deliveries', 'Deliveries by partner and state', ['partner', 'state']),
    oldest: gauge(
      'delivery_oldest_pending_seconds',
      'Age of the oldest delivery without an end; 0 when nothing waits',
      ['partner'],
    ),
    missing: gauge(
      'delivery_missing_receipts',
      'Deliveries that wait for a receipt for more than ten minutes',
      ['partner', 'receipt'],
    ),
    overdue: gauge(
      'recall_overdue',
      'Holders at a partner and behind it that did not confirm a correction or withdrawal in time',
      ['partner'],
    ),
    unreachable: gauge(
      'recall_unreachable',
      'Versions that a partner took which is not in the hub file any more',
      ['partner'],
    ),
    differences: gauge(
      'reconciliation_differences',
      'Differences by the last reconciliation with a partner',
      ['partner', 'class'],
    ),
    lastEqual: gauge(
      'reconciliation_last_equal_seconds',
      'Age of the last statement by which both sides hold the same; absent where there is none',
      ['partner'],
    ),
    partner: gauge('partner_state', '1 for the state the exchange with a partner is in', [
      'partner',
      'state',
    ]),
  };
}

const COUNT_HELP = {
  duplicate_messages: 'Messages answered with the receipt that was stored before, in this process',
  duplicate_records: 'Records brought again that were held already, in this process',
  stale_fences: 'Answers and receipts that came after another process had taken over, in this process',
} as const satisfies Record<(typeof EXCHANGE_COUNTS)[number], string>;

function countersOf(registry: Registry) {
  return EXCHANGE_COUNTS.map((count) => {
    const name = `xinqiao_exchange_${count}_total`;
    const labelNames = ['partner'];
    return {
      count,
      counter: new Counter({ name, help: COUNT_HELP[count], labelNames, registers: [registry] }),
    };
  });
}

/** The figures of a hub in the text form of Prometheus. */
export class HubMetrics {
  readonly #registry = new Registry();
  readonly #gauges = gaugesOf(this.#registry);
  readonly #counters = countersOf(this.#registry);
  readonly #parts: HubParts;
  readonly #queues: HintQueues | null;

  constructor(parts: HubParts, queues: HintQueues | null) {
    this.#parts = parts;
    this.#queues = queues;
    this.#registry.setDefaultLabels({ hub: parts.hub.id });
    collectDefaultMetrics({ register: this.#registry, prefix: 'xinqiao_' });
  }

  readonly contentType = this.#registry.contentType;

  /** Reads everything but the counters anew from the database, so that every process of a hub answers the same. */
  async scrape(): Promise<string> {
    const { database, hub } = this.#parts;
    this.#takeStatus(await readOwnStatus(this.#parts, this.#queues));
    for (const partner of hub.partners) {
      this.#takePartner(await reportPartner(database, partner));
      await this.#takeReconciliation(partner.id);
    }
    this.#takeCounts();
    await this.#takeRecall();
    return this.#registry.metrics();
  }

  #takeStatus(status: Omit<HubStatus, 'partners'>): void {
    const { records, quarantined, quarantineOverdue, sequence, unsequenced, unrelayed, redis } = this.#gauges;
    records.set(status.records);
    quarantined.set(status.quarantined);
    quarantineOverdue.set(status.quarantineOverdue);
    sequence.set(status.seq);
    unsequenced.set(status.unsequenced);
    unrelayed.set(status.unrelayed);
    redis.set(status.queue === 'ready' ? 1 : 0);
    this.#gauges.deliveries.reset();
  }

  #takeCounts(): void {
    const { hub, caller } = this.#parts;
    for (const { count, counter } of this.#counters) {
      counter.reset();
      const counted = caller.counts.read(count);
      for (const { id } of hub.partners) counter.inc({ partner: id }, counted.get(id) ?? 0);
    }
  }

  async #takeRecall(): Promise<void> {
    const { database, hub } = this.#parts;
    const { overdue, unreachable } = this.#gauges;
    const before = overdueBefore(database, hub);
    for (const { id } of hub.partners) overdue.set({ partner: id }, await countOverdue(database, id, before));
    unreachable.reset();
    for (const id of await listFormerPartners(database))
      unreachable.set({ partner: id }, await countUnreachable(database, id));
  }

  #takePartner(report: PartnerReport): void {
    const { deliveries, oldest, missing, partner } = this.#gauges;
    for (const [state, count] of Object.entries(report.deliveries)) {
      deliveries.set({ partner: report.id, state }, count);
    }
    oldest.set({ partner: report.id }, report.oldestPendingSeconds ?? 0);
    for (const [receipt, count] of Object.entries(report.missingReceipts)) {
      missing.set({ partner: report.id, receipt }, count);
    }
    for (const state of PARTNER_STATES) {
      partner.set({ partner: report.id, state }, report.state === state ? 1 : 0);
    }
  }

  async #takeReconciliation(partner: string): Promise<void> {
    const { database } = this.#parts;
    const { differences, lastEqual } = this.#gauges;
    const [last] = await listStatements(database, partner, 1);
    if (last === undefined) return;
    for (const name of DIFFERENCE_CLASSES) {
      differences.set({ partner, class: name }, last.statement.found?.[name] ?? 0);
    }
    const equalAt = await findLastEqualAt(database, partner);
    if (equalAt === null) return;
    const ageMs = database.clock.now().getTime() - equalAt.getTime();
    lastEqual.set({ partner }, Math.max(0, Math.round(ageMs / 1_000)));
  }
}

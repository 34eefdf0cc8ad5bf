import type { StatusView } from '../pages/index.ts';
import type { HintQueues } from '../../infra/queue/index.ts';
import type { HubParts } from './hub-parts.ts';
import { apiParts } from './ports.ts';
import { readStatus } from './status.ts';

/** Deliveries in these states were not taken by the partner yet. */
const WAITING = ['pending', 'packed'] as const;

/** The state of a hub for the page that people read. */
export async function readStatusView(parts: HubParts, queues: HintQueues | null): Promise<StatusView> {
  const { hub } = parts;
  const status = await readStatus(parts, queues);
  const sources = await apiParts(parts).operations.listConnectors();
  const partners = status.partners.map(({ id, deliveries, oldestPendingAt }) => ({
    name: hub.partners.find((it) => it.id === id)?.name ?? { zh: id, en: id },
    waiting: WAITING.reduce((sum, state) => sum + (deliveries[state] ?? 0), 0),
    oldestPendingAt: oldestPendingAt === null ? null : new Date(oldestPendingAt),
  }));
  return {
    hub: hub.name,
    region: hub.region,
    records: status.records,
    subjects: status.subjects,
    quarantined: status.quarantined,
    moving: status.unsequenced + status.unrelayed,
    queue: status.queue,
    sources: sources.map(({ id, title, mode, lastRunAt }) => {
      const own = status.connectors.find((it) => it.id === id);
      const isWaiting = own !== undefined && own.waitingRun !== null;
      return { title, mode, lastRunAt, freshness: own?.freshness ?? 'unpromised', isWaiting };
    }),
    partners,
  };
}

import type { HubDatabase } from '../../infra/mongo/index.ts';
import { countHeld, countOverdueDeliveries, listOverdueDeliveries } from '../delivery/index.ts';
import { countWaiting, listWaiting } from './holding-store.ts';

/** A holding for which a correction or withdrawal is overdue. */
export type OverdueHolding = {
  /** Where the next page goes on. */
  readonly cursor: string;
  readonly key: string;
  readonly hub: string;
  readonly reportedBy: readonly string[];
  /** Version that is on its way to our partner, or that a holder behind it should have. */
  readonly v: number;
  /** Since when, ISO 8601, UTC. */
  readonly waitingSince: string;
};

const OUR_PARTNERS = 'partner:';
const BEHIND_THEM = 'behind:';

/** Overdue holdings in a fixed order: first those of our partners, then those behind them. @param page from `cursor` */
export async function listOverdue(
  database: HubDatabase,
  before: Date,
  page: { after: string | null; limit: number },
): Promise<OverdueHolding[]> {
  const { limit } = page;
  const after = page.after ?? OUR_PARTNERS;
  const found: OverdueHolding[] = [];
  if (after.startsWith(OUR_PARTNERS)) {
    const deliveries = await listOverdueDeliveries(database, before, {
      after: after.slice(OUR_PARTNERS.length),
      limit,
    });
    for (const { _id, key, partner, v, createdAt } of deliveries)
      found.push({
        ...{ cursor: OUR_PARTNERS + _id, key, hub: partner, reportedBy: [], v },
        waitingSince: createdAt.toISOString(),
      });
  }
  const left = limit - found.length;
  if (left <= 0) return found;
  const from = after.startsWith(BEHIND_THEM) ? after.slice(BEHIND_THEM.length) : '';
  for (const it of await listWaiting(database, before, { after: from, limit: left }))
    found.push({
      ...{ cursor: BEHIND_THEM + it._id, key: it.key, hub: it.holder, reportedBy: it.via, v: it.due.v },
      waitingSince: (it.waitingSince ?? it.due.at).toISOString(),
    });
  return found;
}

/** How many holdings are overdue at a partner and behind it. */
export async function countOverdue(database: HubDatabase, partner: string, before: Date): Promise<number> {
  const [there, behind] = await Promise.all([
    countOverdueDeliveries(database, partner, before),
    countWaiting(database, partner, before),
  ]);
  return there + behind;
}

/** How many versions a partner that is not in the hub file any more holds: nobody can take them back. */
export function countUnreachable(database: HubDatabase, formerPartner: string): Promise<number> {
  return countHeld(database, formerPartner);
}

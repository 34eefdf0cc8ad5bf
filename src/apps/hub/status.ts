import { countDeliveries, oldestPendingAt } from '../../exchange/delivery/index.ts';
import { readPlatform, type PlatformFigures } from '../../exchange/operator/index.ts';
import { readCursor } from '../../exchange/relay/index.ts';
import { lastSeq } from '../../registry/changes/index.ts';
import { countRecords, countUnsequenced } from '../../registry/records/index.ts';
import { countSubjects } from '../../registry/subjects/index.ts';
import { countOpenQuarantine, countOverdueQuarantine } from '../../intake/quarantine/index.ts';
import type { HintQueues } from '../../infra/queue/index.ts';
import { readFreshness, type Freshness } from './freshness.ts';
import type { HubParts } from './hub-parts.ts';

/** A hub's state for machines: what it holds, what waits, how old the oldest waiting thing is. */
export type HubStatus = {
  hub: string;
  region: string;
  records: number;
  subjects: number;
  quarantined: number;
  /** Rows in quarantine past the day until which their department answers. */
  quarantineOverdue: number;
  /** Newest position of the sequence. */
  seq: number;
  /** Accepted versions without a position. */
  unsequenced: number;
  /** Changes not fanned out. */
  unrelayed: number;
  partners: {
    id: string;
    deliveries: Record<string, number>;
    /** Instant, or null when nothing waits. */
    oldestPendingAt: string | null;
    /** Position pulled so far; null where we do not pull. */
    pulledThrough: number | null;
    /** Records a platform shows, and those past their last day; null for a hub. */
    platform: PlatformFigures | null;
  }[];
  queue: 'ready' | 'away' | 'direct';
  sources: {
    /** Generation that is served; null in a process that answers no queries. */
    generation: number | null;
    /** Generation that a person went back to; null: the connectors folder is followed. */
    pinned: number | null;
    /** Connectors with a fault, by id; null stands for what they share. */
    faults: { connector: string | null; code: string; since: string }[];
  };
  /** Collected connectors: how old their data are by their own promise, and whether a run waits for a person. */
  connectors: {
    id: string;
    freshness: Freshness;
    lastGoodRunAt: string | null;
    waitingRun: string | null;
  }[];
  /** Resident memory of the process that answers, in bytes. */
  residentBytes: number;
};

async function partnerStatus(parts: HubParts, partner: HubParts['hub']['partners'][number]) {
  const oldest = await oldestPendingAt(parts.database, partner.id);
  return {
    id: partner.id,
    deliveries: await countDeliveries(parts.database, partner.id),
    oldestPendingAt: oldest?.toISOString() ?? null,
    pulledThrough: partner.pull === null ? null : await readCursor(parts.database, `pull-${partner.id}`),
    platform: await readPlatform(parts.database, partner),
  };
}

/** Reads what a hub holds and what waits in it, without its partners. */
export async function readOwnStatus(
  parts: HubParts,
  queues: HintQueues | null,
): Promise<Omit<HubStatus, 'partners'>> {
  const { database, hub } = parts;
  // What is furthest back first: a version that moves on meanwhile is then seen at its next place, not nowhere.
  const unsequenced = await countUnsequenced(database);
  const seq = await lastSeq(database);
  const unrelayed = seq - (await readCursor(database, 'relay'));
  return {
    hub: hub.id,
    region: hub.region,
    records: await countRecords(database),
    subjects: await countSubjects(database),
    quarantined: await countOpenQuarantine(database),
    quarantineOverdue: await countOverdueQuarantine(database),
    seq,
    unsequenced,
    unrelayed,
    queue: queues === null ? 'direct' : queues.available() ? 'ready' : 'away',
    sources: sourcesStatus(parts.sources),
    connectors: (await readFreshness(parts)).map((it) => ({
      ...it,
      lastGoodRunAt: it.lastGoodRunAt?.toISOString() ?? null,
    })),
    residentBytes: process.memoryUsage.rss(),
  };
}

function sourcesStatus({ generation, pinned, faults }: HubParts['sources']): HubStatus['sources'] {
  const told = faults.map(({ connector, code, since }) => ({ connector, code, since: since.toISOString() }));
  return { generation, pinned, faults: told };
}

/** Reads the state of a hub. */
export async function readStatus(parts: HubParts, queues: HintQueues | null): Promise<HubStatus> {
  const own = await readOwnStatus(parts, queues);
  const partners = await Promise.all(parts.hub.partners.map((it) => partnerStatus(parts, it)));
  return { ...own, partners };
}

import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import { dayInShanghai } from '../../domain/calendar/index.ts';
import { redactText } from '../../domain/subject/index.ts';
import { countDeliveries, countMissingReceipts, oldestPendingAt, type Channel } from '../delivery/index.ts';
import { answersOthers, findHealth, mayAsk, noteHealth } from '../health/index.ts';
import type { Caller } from '../partners/index.ts';
import { countRows } from '../platforms/index.ts';
import { readCursor } from '../relay/index.ts';

/** How the exchange with one partner stands. Instants in ISO 8601, UTC. */
export type PartnerReport = {
  readonly id: string;
  readonly relation: PartnerTerms['relation'];
  readonly region: string;
  readonly url: string | null;
  /** `waiting`: it did not answer lately and is asked again at `openUntil`. */
  readonly state: 'open' | 'waiting' | 'paused';
  readonly openUntil: string | null;
  readonly pausedBy: string | null;
  readonly reason: string | null;
  readonly lastError: string | null;
  readonly deliveries: Readonly<Record<string, number>>;
  /** Age of the oldest delivery without an end, in seconds; null when nothing waits. */
  readonly oldestPendingSeconds: number | null;
  /** Deliveries that wait for a receipt for more than ten minutes, by kind of receipt. */
  readonly missingReceipts: { readonly transport: number; readonly business: number };
  readonly pulledThrough: number | null;
  /** For a platform that is not Xinqiao: records it shows by its own word, and those past their last day. */
  readonly platform: PlatformFigures | null;
};

const MISSING_AFTER_MS = 600_000;
/** How many records a platform shows, and how many came there, or still have to come, after their last day. */
export type PlatformFigures = { readonly held: number; readonly late: number };

/** Figures of a partner that is not Xinqiao; null for a hub. */
export async function readPlatform(
  database: HubDatabase,
  partner: PartnerTerms,
): Promise<PlatformFigures | null> {
  if (partner.platform === undefined) return null;
  return countRows(database, partner.id, dayInShanghai(database.clock.now()));
}

/** Reads how the exchange with a partner stands. */
export async function reportPartner(database: HubDatabase, partner: PartnerTerms): Promise<PartnerReport> {
  const known = await findHealth(database, partner.id);
  const now = database.clock.now().getTime();
  const open = await mayAsk(database, partner.id);
  const oldest = await oldestPendingAt(database, partner.id);
  return {
    id: partner.id,
    relation: partner.relation,
    region: partner.region,
    url: partner.url ?? null,
    state: known?.pausedAt != null ? 'paused' : open ? 'open' : 'waiting',
    openUntil: known?.openUntil?.toISOString() ?? null,
    pausedBy: known?.pausedBy ?? null,
    reason: known?.reason ?? null,
    lastError: known?.lastError ?? null,
    deliveries: await countDeliveries(database, partner.id),
    oldestPendingSeconds: oldest === null ? null : Math.round((now - oldest.getTime()) / 1_000),
    missingReceipts: await countMissingReceipts(database, partner.id, new Date(now - MISSING_AFTER_MS)),
    pulledThrough: partner.pull === null ? null : await readCursor(database, `pull-${partner.id}`),
    platform: await readPlatform(database, partner),
  };
}

/** Who decided something about a partner, and why. */
type Decision = { readonly actor: string; readonly reason: string };

/** A reason is typed by a person, and may name one. */
function withoutPersons({ actor, reason }: Decision): Decision {
  return { actor, reason: redactText(reason).text };
}

/** Stops the exchange with a partner until somebody resumes it; nothing is lost and nothing is counted meanwhile. */
export async function pausePartner(database: HubDatabase, partner: string, given: Decision): Promise<void> {
  const by = withoutPersons(given);
  const event = { type: 'PAUSED', at: database.clock.now().getTime() } as const;
  await noteHealth(database, partner, event, { pausedBy: by.actor, reason: by.reason });
  await audit(database, 'PARTNER_PAUSED', partner, by);
}

/** Goes on with a partner, at once and without a count of what was before. */
export async function resumePartner(database: HubDatabase, partner: string, given: Decision): Promise<void> {
  const by = withoutPersons(given);
  await noteHealth(database, partner, { type: 'RESUMED' }, { pausedBy: null, reason: null, lastError: null });
  await audit(database, 'PARTNER_RESUMED', partner, by);
}

async function audit(database: HubDatabase, event: string, partner: string, by: Decision): Promise<void> {
  const details = { partner, reason: by.reason };
  await appendAudit(database, [{ event, actor: by.actor, purpose: null, code: null, details }]);
}

/**
 * Asks a partner for a sign of life, signed.
 *
 * @param channel the way to a partner that is not Xinqiao
 * @returns whether it answered, and within how many milliseconds
 */
export async function pingPartner(
  caller: Caller,
  partner: PartnerTerms,
  channel?: Channel,
): Promise<{ answered: boolean; ms: number }> {
  const startedAt = performance.now();
  const answered = await (channel?.answers() ?? answersOthers(caller, partner));
  return { answered, ms: Math.round(performance.now() - startedAt) };
}

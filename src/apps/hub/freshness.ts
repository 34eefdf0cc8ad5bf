import type { GateSpec } from '../../contracts/manifests/index.ts';
import { findLastRun, readState } from '../../intake/pipeline/index.ts';
import type { HubParts } from './hub-parts.ts';

/**
 * How old a connector's data are by its own clock: `stale` from `gate.freshness.warn` on, `overdue` from
 * `gate.freshness.error` on or where it never ran; `unpromised`: its manifest promises nothing.
 */
export type Freshness = 'fresh' | 'stale' | 'overdue' | 'unpromised';

/** Where a collected connector stands. */
export type ConnectorFreshness = {
  readonly id: string;
  readonly freshness: Freshness;
  /** When its last good run began; null: it never had one. */
  readonly lastGoodRunAt: Date | null;
  /** A run that a gate stopped and that waits for a person. */
  readonly waitingRun: string | null;
};

/** Judges an age by what the manifest promises. @param ageSeconds null: there are no data */
export function judgeFreshness(promise: GateSpec['freshness'], ageSeconds: number | null): Freshness {
  if (promise?.warn === undefined && promise?.error === undefined) return 'unpromised';
  if (ageSeconds === null) return 'overdue';
  if (promise.error !== undefined && ageSeconds >= promise.error) return 'overdue';
  return promise.warn !== undefined && ageSeconds >= promise.warn ? 'stale' : 'fresh';
}

/** Reads where each collected connector stands. */
export async function readFreshness({
  database,
  connectors,
}: Pick<HubParts, 'database' | 'connectors'>): Promise<ConnectorFreshness[]> {
  const nowMs = database.clock.now().getTime();
  const collected = connectors.filter((it) => it.mode === 'collect');
  return Promise.all(
    collected.map(async ({ metadata: { id }, gate }) => {
      const lastGoodRunAt = (await findLastRun(database, id))?.startedAt ?? null;
      const { open } = await readState(database, id);
      const ageSeconds = lastGoodRunAt === null ? null : (nowMs - lastGoodRunAt.getTime()) / 1_000;
      const waitingRun = open?.phase === 'stopped' ? open.run : null;
      return { id, freshness: judgeFreshness(gate.freshness, ageSeconds), lastGoodRunAt, waitingRun };
    }),
  );
}

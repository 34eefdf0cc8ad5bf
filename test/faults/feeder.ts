import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { HubDatabase } from '../../src/infra/mongo/index.ts';
import { acceptBatch } from '../../src/registry/records/index.ts';
import type { Draft, Generator } from './generator.ts';
import type { Accepted } from './history.ts';

const RETRY_MS = 100;
const GIVE_UP_MS = 60_000;

/** Accepts versions until the store acknowledges them; each retry is the same batch, which has no second effect. */
async function acceptUntilAcknowledged(
  database: HubDatabase,
  drafts: readonly Draft[],
): Promise<{ accepted: Accepted[]; retries: number }> {
  const until = Date.now() + GIVE_UP_MS;
  for (let retries = 0; ; retries += 1) {
    try {
      const outcomes = await acceptBatch(
        database,
        drafts.map((it) => it.candidate),
      );
      const accepted = drafts.map((draft, at) => {
        const outcome = outcomes[at];
        if (outcome === undefined || !('v' in outcome) || outcome.v !== draft.v) {
          throw new TypeError(
            `version ${draft.v} of record ${draft.number} came out as ${JSON.stringify(outcome)}`,
          );
        }
        const { key, hash } = draft.candidate;
        return { kind: 'accepted' as const, at: Date.now(), key, v: draft.v, hash };
      });
      return { accepted, retries };
    } catch (error) {
      if (error instanceof TypeError || Date.now() > until) throw error;
      await delay(RETRY_MS);
    }
  }
}

/** How a feeder feeds. `perSecond` is a ceiling. */
export type Feed = {
  readonly database: HubDatabase;
  readonly generator: Generator;
  readonly target: number;
  readonly batch: number;
  readonly perSecond: number;
  /** File that gets one line per acknowledged version, after its acknowledgement. */
  readonly historyFile: string;
  readonly onProgress: (accepted: number, retries: number) => void;
};

/** Feeds a hub's registry to the target. */
export async function feed(work: Feed): Promise<number> {
  const startedAt = Date.now();
  let accepted = 0;
  let retries = 0;
  while (accepted < work.target) {
    const drafts = work.generator.next(Math.min(work.batch, work.target - accepted));
    const answer = await acceptUntilAcknowledged(work.database, drafts);
    appendFileSync(work.historyFile, answer.accepted.map((it) => `${JSON.stringify(it)}\n`).join(''));
    accepted += answer.accepted.length;
    retries += answer.retries;
    work.onProgress(accepted, retries);
    const aheadMs = (accepted / work.perSecond) * 1_000 - (Date.now() - startedAt);
    if (aheadMs > 0) await delay(aheadMs);
  }
  return accepted;
}

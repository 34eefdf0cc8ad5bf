import { setTimeout as wait } from 'node:timers/promises';
import { HubError } from '../../domain/hub-error.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { Sequencer } from '../../registry/changes/index.ts';
import { findUnsequenced } from '../../registry/records/index.ts';

const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 50;
/** Our reading of the database's clock may be so much behind. */
const CLOCK_MARGIN_MS = 100;

/** Whether every version that was accepted before an instant has its place in the sequence. */
async function isSequencedThrough(database: HubDatabase, at: number): Promise<boolean> {
  const [oldest] = await findUnsequenced(database, 1);
  const waitingSince = oldest?.outbox?.[0]?.at.getTime();
  return waitingSince === undefined || waitingSince > at;
}

/**
 * Waits until every version accepted before now has its place in the sequence: a record for which a receipt was given
 * must not be missing from what we say we hold. Where no other process sequences, this one does.
 *
 * @throws RECONCILE_BUSY when it takes too long
 */
export async function settleSequence(database: HubDatabase): Promise<void> {
  const at = database.clock.now().getTime() + CLOCK_MARGIN_MS;
  const until = performance.now() + PATIENCE_MS;
  if (await isSequencedThrough(database, at)) return;
  const sequencer = new Sequencer(database);
  try {
    while (!(await isSequencedThrough(database, at))) {
      if (performance.now() > until) {
        throw new HubError(
          'RECONCILE_BUSY',
          'transient',
          'accepted versions still wait for their place in the sequence: compare again later',
        );
      }
      if ((await sequencer.step()) === 0) await wait(LOOK_EVERY_MS);
    }
  } finally {
    await sequencer.giveBack();
  }
}

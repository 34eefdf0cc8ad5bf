import type { PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { Logger } from '../../infra/log/index.ts';
import { postSigned, type Caller } from '../partners/index.ts';
import { noteAway } from './health-store.ts';

const PROBE_TIMEOUT_MS = 4_000;
/** A partner that takes longer over a request is asked whether it answers anything. */
const SILENT_AFTER_MS = 3_000;

/**
 * Whether a partner answers anything at all: a fetch of its first receipt. It tells a partner that is away from an
 * envelope that it cannot take.
 */
export async function answersOthers(caller: Caller, partner: PartnerTerms): Promise<boolean> {
  try {
    const answer = await postSigned(caller, partner, {
      path: '/exchange/v1/receipts',
      body: JSON.stringify({ protocol: 'xinqiao/1', type: 'FETCH', after: '0', limit: 1 }),
      idempotencyKey: 'probe',
      timeoutMs: PROBE_TIMEOUT_MS,
    });
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** What looking after a partner needs. */
export type Watch = {
  readonly caller: Caller;
  readonly partner: PartnerTerms;
  readonly log: Logger;
  /** From 0 up to 1; spreads the next look. */
  readonly random: () => number;
};

async function lookAfter({ caller, partner, log, random }: Watch): Promise<void> {
  if (await answersOthers(caller, partner)) return;
  const { code, message } = new HubError('PARTNER_SILENT', 'transient', `${partner.id} answers nothing`);
  log.info({ partner: partner.id, code }, message);
  await noteAway(caller.database, partner.id, { code, afterMs: null, random: random() });
}

/**
 * Does work that waits for a partner, and looks after one that is silent meanwhile: where it answers nothing else
 * either it counts as away at once, however long the work's own time-out is. The work may still get its answer.
 */
export async function whileWatched<T>(watch: Watch, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    lookAfter(watch).catch((error: unknown) => watch.log.warn({ err: String(error) }, 'a look failed'));
  }, SILENT_AFTER_MS);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}

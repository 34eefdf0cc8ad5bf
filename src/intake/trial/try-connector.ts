import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isCalendarDay, type CalendarDay } from '../../domain/calendar/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { Clock } from '../../infra/clock/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { LoadedConnector } from '../connectors/index.ts';
import { trySamples, type SampleTrial } from './try-samples.ts';
import { tryTests, type TestTrial } from './try-tests.ts';

/** What became of a connector's own tests. */
export type ConnectorTrial = {
  readonly id: string;
  readonly ok: boolean;
  readonly tests: readonly TestTrial[];
  /** Null where the folder has no samples. */
  readonly samples: SampleTrial;
};

/** Day on which a folder's samples are judged: `expected/judged-on.txt`, else today. @throws BAD_FILE */
export function judgedOn(directory: string, clock: Clock): CalendarDay {
  const file = join(directory, 'expected', 'judged-on.txt');
  if (!existsSync(file)) return clock.today();
  const day = readFileSync(file, 'utf8').trim();
  if (isCalendarDay(day)) return day;
  throw new HubError('BAD_FILE', 'config', `${file} holds no day: write YYYY-MM-DD`);
}

/**
 * Runs a connector's own tests: those of its manifest, and its samples against what it expects. No store, and no
 * network beyond this machine's own address.
 *
 * @throws BAD_FILE and the codes of the source's reader
 */
export async function tryConnector(
  connector: LoadedConnector,
  catalogue: Catalogue,
  clock: Clock,
): Promise<ConnectorTrial> {
  const today = judgedOn(connector.directory, clock);
  const tests = await tryTests(connector, catalogue, today);
  const samples = await trySamples(connector, catalogue, today);
  const same = samples === null || isDeepStrictEqual(samples.found, samples.expected);
  return { id: connector.metadata.id, ok: same && tests.every((it) => it.ok), tests, samples };
}

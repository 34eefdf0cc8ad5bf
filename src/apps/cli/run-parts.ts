import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../infra/clock/index.ts';
import { loadConnector, type LoadedConnector } from '../../intake/connectors/index.ts';
import type { RunParts, RunReceipt } from '../../intake/pipeline/index.ts';
import { getConnector, type HubParts } from '../hub/index.ts';
import { EXIT } from './exit-codes.ts';

/** What runs of this hub need. */
export function runPartsOf({ catalogue, database, hub, log, secret, caller }: HubParts): RunParts {
  return { catalogue, database, hub, log, secret, clock: systemClock, signer: caller.signer };
}

/**
 * The connector that a person names: one of the hub file's by id, or any by its folder or by its id below the connectors
 * folder, with a word that the hub file does not name it.
 *
 * @throws UNKNOWN_CONNECTOR, FILE_MISSING, BAD_FILE
 */
export function connectorOf(given: string, { config, connectors, catalogue }: HubParts): LoadedConnector {
  const isFolder = existsSync(join(given, 'connector.yml'));
  if (!isFolder && connectors.some((it) => it.metadata.id === given)) return getConnector(connectors, given);
  const folder = isFolder ? given : join(config.connectorsDir, 'sources', given);
  if (!existsSync(join(folder, 'connector.yml'))) return getConnector(connectors, given);
  const connector = loadConnector(folder, catalogue);
  const { id } = connector.metadata;
  if (!connectors.some((it) => it.metadata.id === id))
    process.stderr.write(`xinqiao: the hub file does not name ${id}; its folder is used for this command\n`);
  return connector;
}

/** How often a run says how far it is, and that it has ended; nothing where nobody looks. */
export type Progress = { readonly note: (read: number) => void; readonly end: () => void };

/** Says on standard error how far a run is: as lines of JSON, or on one line of a terminal that is cleared at the end. */
export function progressPrinter(mode: 'auto' | 'json' | 'none', connector: string): Progress {
  const end = (): void => undefined;
  if (mode === 'json') {
    const note = (read: number) =>
      void process.stderr.write(`${JSON.stringify({ progress: { connector, read } })}\n`);
    return { note, end };
  }
  if (mode === 'none' || !process.stderr.isTTY) return { note: end, end };
  return {
    note: (read) => void process.stderr.write(`\r${connector}: ${read} rows `),
    end: () => void process.stderr.write('\r\u001B[K'),
  };
}

/** The exit code that tells the worst of these receipts. */
export function exitCodeOf(receipts: readonly RunReceipt[]): number {
  if (receipts.some((it) => it.faults.length > 0)) return EXIT.failed;
  const isStopped = ({ state, gates }: RunReceipt) =>
    state === 'STOPPED' || (state === 'DRY' && gates.some((it) => it.verdict === 'stop'));
  if (receipts.some(isStopped)) return EXIT.stopped;
  return receipts.some((it) => it.quarantined + it.refused > 0) ? EXIT.partly : EXIT.ok;
}

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
 * The connector that a person names: one of the hub file's by id, or any by its folder, with a word that the hub file
 * does not name it.
 *
 * @throws UNKNOWN_CONNECTOR, FILE_MISSING, BAD_FILE
 */
export function connectorOf(given: string, { connectors, catalogue }: HubParts): LoadedConnector {
  if (!existsSync(join(given, 'connector.yml'))) return getConnector(connectors, given);
  const connector = loadConnector(given, catalogue);
  const { id } = connector.metadata;
  if (!connectors.some((it) => it.metadata.id === id))
    process.stderr.write(`xinqiao: the hub file does not name ${id}; its folder is used for this command\n`);
  return connector;
}

/** How often a run says how far it is; nothing where nobody looks. */
export function progressPrinter(mode: 'auto' | 'json' | 'none', connector: string): (read: number) => void {
  if (mode === 'json') {
    return (read) => process.stderr.write(`${JSON.stringify({ progress: { connector, read } })}\n`);
  }
  if (mode === 'none' || !process.stderr.isTTY) return () => undefined;
  return (read) => process.stderr.write(`\r${connector}: ${read} rows `);
}

/** The exit code that tells the worst of these receipts. */
export function exitCodeOf(receipts: readonly RunReceipt[]): number {
  if (receipts.some((it) => it.faults.length > 0)) return EXIT.failed;
  const isStopped = ({ state, gates }: RunReceipt) =>
    state === 'STOPPED' || (state === 'DRY' && gates.some((it) => it.verdict === 'stop'));
  if (receipts.some(isStopped)) return EXIT.stopped;
  return receipts.some((it) => it.quarantined + it.refused > 0) ? EXIT.partly : EXIT.ok;
}

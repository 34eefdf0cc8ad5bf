import { Command, Option } from 'commander';
import { systemClock } from '../../../infra/clock/index.ts';
import { runConnector, type RunReceipt } from '../../../intake/pipeline/index.ts';
import { getConnector } from '../../hub/index.ts';
import { EXIT } from '../exit-codes.ts';
import { receiptLines } from '../receipt-lines.ts';
import { withHub } from '../with-hub.ts';

type RunOptions = { json?: boolean; progress: 'auto' | 'json' | 'none' };

function progressPrinter(mode: RunOptions['progress'], connector: string): (read: number) => void {
  if (mode === 'json') {
    return (read) => process.stderr.write(`${JSON.stringify({ progress: { connector, read } })}\n`);
  }
  if (mode === 'none' || !process.stderr.isTTY) return () => undefined;
  return (read) => process.stderr.write(`\r${connector}: ${read} rows `);
}

function exitCodeOf(receipts: readonly RunReceipt[]): number {
  if (receipts.some((it) => it.faults.length > 0)) return EXIT.failed;
  return receipts.some((it) => it.quarantined + it.refused > 0) ? EXIT.partly : EXIT.ok;
}

/** `xinqiao run`: collects from department sources into the hub's registry. */
export function runCommand(): Command {
  return new Command('run')
    .description('归集 – collects from department sources and prints a receipt for each')
    .argument('<connector...>', 'ids of connectors that the hub file names')
    .option('--json', 'one receipt a line as JSON')
    .addOption(
      new Option('--progress <how>', 'progress on standard error')
        .choices(['auto', 'json', 'none'])
        .default('auto'),
    )
    .addHelpText(
      'after',
      `
Reads the same settings as "serve" and works beside a running hub.
Every receipt adds up: read = accepted + unchanged + quarantined + refused.
Exit: 0 all accepted · 2 some rows refused or in quarantine · 1 a source failed.`,
    )
    .action((ids: string[], options: RunOptions) =>
      withHub(async ({ connectors, catalogue, database, hub, log, secret }) => {
        const receipts: RunReceipt[] = [];
        for (const id of ids) {
          const connector = getConnector(connectors, id);
          const onProgress = progressPrinter(options.progress, id);
          const shared = { catalogue, database, hub, log, secret, clock: systemClock };
          const receipt = await runConnector({ connector, ...shared, onProgress });
          receipts.push(receipt);
          process.stdout.write(
            `${options.json === true ? JSON.stringify(receipt) : receiptLines(receipt)}\n`,
          );
        }
        process.exitCode = exitCodeOf(receipts);
      }),
    );
}

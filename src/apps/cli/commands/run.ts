import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { HubError } from '../../../domain/hub-error.ts';
import { runToEnd, type RunOptions, type RunReceipt } from '../../../intake/pipeline/index.ts';
import { receiptLines } from '../receipt-lines.ts';
import { connectorOf, exitCodeOf, progressPrinter, runPartsOf } from '../run-parts.ts';
import { withHubOrEmbedded } from '../with-hub.ts';
import { discardCommand, releaseCommand, revertCommand } from './run-decide.ts';
import { listCommand, missingCommand, showCommand } from './run-look.ts';

type Options = {
  json?: boolean;
  dry?: boolean;
  again?: boolean;
  wait?: number;
  by?: string;
  progress: 'auto' | 'json' | 'none';
};

const LOOK_EVERY_MS = 500;
const MAX_WAIT_SECONDS = 86_400;

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d{1,5}$/.test(text) && seconds <= MAX_WAIT_SECONDS) return seconds;
  throw new InvalidArgumentError(`whole seconds up to ${MAX_WAIT_SECONDS}`);
}

/** Runs to the end; where another run is under way it waits so long for that one. */
async function runPatiently(
  options: RunOptions,
  waitMs: number,
  onReceipt: (receipt: RunReceipt) => void,
): Promise<void> {
  const until = performance.now() + waitMs;
  for (;;) {
    try {
      for await (const receipt of runToEnd(options)) onReceipt(receipt);
      return;
    } catch (error) {
      const isBusy = error instanceof HubError && error.code === 'CONNECTOR_BUSY';
      if (!isBusy || performance.now() >= until) throw error;
      await delay(LOOK_EVERY_MS);
    }
  }
}

async function runAll(given: readonly string[], options: Options): Promise<void> {
  await withHubOrEmbedded(async (parts) => {
    const receipts: RunReceipt[] = [];
    for (const it of given) {
      const connector = connectorOf(it, parts);
      const progress = progressPrinter(options.progress, connector.metadata.id);
      const { dry, again, by, wait = 0 } = options;
      const run = { ...runPartsOf(parts), connector, onProgress: progress.note, dry, again, by };
      await runPatiently(run, wait * 1_000, (receipt) => {
        progress.end();
        receipts.push(receipt);
        const text = options.json === true ? JSON.stringify(receipt) : receiptLines(receipt);
        process.stdout.write(`${text}\n`);
      });
    }
    process.exitCode = exitCodeOf(receipts);
  });
}

/** `xinqiao run`: collects from department sources into the hub's registry, and what a person decides about runs. */
export function runCommand(): Command {
  return (
    new Command('run')
      .description('归集 – collects from department sources and prints a receipt for each run')
      .usage('[options] <connector...> | <command>')
      // Its own options and those of its commands have the same names.
      .enablePositionalOptions()
      .argument('<connector...>', 'ids or folders')
      .option('--dry', 'reads, judges and counts, shows what the gates would say, and writes nothing')
      .option('--again', 'reads files again that were read to their end before (mode: incremental)')
      .option(
        '--wait <seconds>',
        'how long to wait for a run of the same connector that is under way',
        parseSeconds,
      )
      .option('--by <account>', 'who starts it; stands in the receipt')
      .option('--json', 'one receipt a line as JSON; "xinqiao verify" takes it')
      .addOption(
        new Option('--progress <how>', 'progress on standard error')
          .choices(['auto', 'json', 'none'])
          .default('auto'),
      )
      .addHelpText(
        'after',
        `
A run reads all, judges, stages; then the gates of the manifest decide; then it is accepted. What a gate stops waits for
a person: nothing of it is accepted, and the connector runs no more until it is released or discarded.
Every receipt adds up: read = accepted + unchanged + quarantined + refused (+ staged while it waits).
Without XINQIAO_MONGODB_URI local stores below .data/local are used, and stopped again if nobody else runs them.
Exit: 0 all accepted · 2 some rows refused or in quarantine · 3 a gate stopped it · 1 a source or the command failed.

  xinqiao run zc-penalty --dry          what would happen
  xinqiao run show <run> --changes      what a stopped run would change
  xinqiao run release <run> --by clerk01 --reason "部门确认系批量换证"`,
      )
      .addCommand(listCommand())
      .addCommand(showCommand())
      .addCommand(missingCommand())
      .addCommand(releaseCommand())
      .addCommand(discardCommand())
      .addCommand(revertCommand())
      .action(runAll)
  );
}

import { Command } from 'commander';
import { discardRun, releaseRun, revertRun, type RunReceipt } from '../../../intake/pipeline/index.ts';
import { EXIT } from '../exit-codes.ts';
import { receiptLines } from '../receipt-lines.ts';
import { exitCodeOf, runPartsOf } from '../run-parts.ts';
import { withHubOrEmbedded } from '../with-hub.ts';

type DecideOptions = { by: string; reason: string; json?: boolean };

function deciding(command: Command): Command {
  return command
    .argument('<run>', 'id of the run, as its receipt and "xinqiao run list" name it')
    .requiredOption('--by <account>', 'who decides; kept in the audit')
    .requiredOption('--reason <words>', 'why; kept in the audit and in the receipt')
    .option('--json', 'the receipt as one JSON object');
}

function print(receipt: RunReceipt, json: boolean | undefined): void {
  process.stdout.write(`${json === true ? JSON.stringify(receipt) : receiptLines(receipt)}\n`);
}

/** `xinqiao run release`: accepts what a gate stopped. */
export function releaseCommand(): Command {
  return deciding(new Command('release'))
    .description('放行 – accepts a run that a gate stopped, from its stage')
    .action((run: string, { by, reason, json }: DecideOptions) =>
      withHubOrEmbedded(async (parts) => {
        const receipt = await releaseRun(runPartsOf(parts), { run, by, reason });
        print(receipt, json);
        process.exitCode = exitCodeOf([receipt]);
      }),
    );
}

/** `xinqiao run discard`: gives a stopped run up. */
export function discardCommand(): Command {
  return deciding(new Command('discard'))
    .description('作废 – gives a stopped run up; rows in quarantine that only it met go with it')
    .action((run: string, { by, reason, json }: DecideOptions) =>
      withHubOrEmbedded(async (parts) => {
        print(await discardRun(runPartsOf(parts), { run, by, reason }), json);
      }),
    );
}

/** `xinqiao run revert`: takes back what a run did. */
export function revertCommand(): Command {
  return deciding(new Command('revert'))
    .description('回退 – takes back what a run did, by new versions that say so')
    .addHelpText(
      'after',
      `
A record that the run created is withdrawn; one that it corrected or withdrew gets its former statement again. Records that
something else has changed since are left and listed. The cursor does not move (see "xinqiao state"); its files count as
unread.
Exit: 0 all taken back · 2 some records were left · 1 fault.`,
    )
    .action((run: string, { by, reason, json }: DecideOptions) =>
      withHubOrEmbedded(async (parts) => {
        const { receipt, withdrawn, restored, left } = await revertRun(runPartsOf(parts), {
          run,
          by,
          reason,
        });
        if (json === true)
          process.stdout.write(`${JSON.stringify({ receipt, withdrawn, restored, left })}\n`);
        else {
          print(receipt, false);
          process.stdout.write(`  withdrawn ${withdrawn}, restored ${restored}, left ${left.length}\n`);
          for (const key of left) process.stdout.write(`  left ${key}: changed since by something else\n`);
        }
        process.exitCode = left.length > 0 ? EXIT.partly : EXIT.ok;
      }),
    );
}

import { Command } from 'commander';
import { getRun, replayRun, type Replay } from '../../../intake/pipeline/index.ts';
import { receiptLines } from '../receipt-lines.ts';
import { connectorOf, exitCodeOf, runPartsOf } from '../run-parts.ts';
import { withHubOrEmbedded } from '../with-hub.ts';

function linesOf({ before, after, soundNow, badNow }: Replay): string {
  const rules = [...new Set([before, after].flatMap((it) => Object.keys(it.findingsByRule)))].sort();
  return [
    receiptLines(after),
    `  by ${before.revision} → by ${after.revision}`,
    ...rules.flatMap((rule) => {
      const [was, is] = [before.findingsByRule[rule] ?? 0, after.findingsByRule[rule] ?? 0];
      return was === is ? [] : [`  ${rule}: ${was} → ${is}`];
    }),
    ...soundNow.map((it) => `  + row ${it.row} is sound now (was ${it.rules.join(', ')})`),
    ...badNow.map((it) => `  - row ${it.row} is bad now: ${it.rules.join(', ')}`),
  ].join('\n');
}

/** `xinqiao replay`: a run's files judged again by the manifest of today. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('重放 – judges the files of a run again by the manifest of today, and shows what differs')
    .argument('<run>', 'id of the run')
    .option(
      '--connector <folder>',
      'folder of the manifest to judge by; the one that the hub serves when absent',
    )
    .option('--apply', 'accepts what the files bring, as a run of its own')
    .option('--by <account>', 'with --apply: who starts it; stands in the receipt')
    .option('--json', 'one JSON object: before, after (receipts), soundNow, badNow')
    .addHelpText(
      'after',
      `
The files must still be there with the same bytes (REPLAY_FILE_GONE names those that are not). Nothing is written without
--apply.
Exit: as for "xinqiao run".`,
    )
    .action((run: string, options: { connector?: string; apply?: boolean; by?: string; json?: boolean }) =>
      withHubOrEmbedded(async (parts) => {
        const { connector: id } = await getRun(parts.database, run);
        const connector = connectorOf(options.connector ?? id, parts);
        const replay = await replayRun(
          { ...runPartsOf(parts), connector, by: options.by },
          run,
          options.apply === true,
        );
        process.stdout.write(`${options.json === true ? JSON.stringify(replay) : linesOf(replay)}\n`);
        process.exitCode = exitCodeOf([replay.after]);
      }),
    );
}

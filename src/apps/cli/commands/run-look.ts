import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { HubError } from '../../../domain/hub-error.ts';
import { getRun, listMissing, listRuns, withdrawMissing } from '../../../intake/pipeline/index.ts';
import { readSample, type StagedChange } from '../../../intake/stage/index.ts';
import { EXIT } from '../exit-codes.ts';
import { parseLimit } from '../parse-limit.ts';
import { gateLine, receiptLines } from '../receipt-lines.ts';
import { runPartsOf } from '../run-parts.ts';
import { withHubOrEmbedded } from '../with-hub.ts';

/** `xinqiao run list`: receipts, newest first. */
export function listCommand(): Command {
  return new Command('list')
    .description('批次清单 – receipts of runs, the newest first')
    .option('--connector <id>', 'of this connector only')
    .option('--limit <count>', 'at most so many', parseLimit, 20)
    .option('--json', 'one receipt a line as JSON')
    .action(({ connector, limit, json }: { connector?: string; limit: number; json?: boolean }) =>
      withHubOrEmbedded(async ({ database }) => {
        for (const it of await listRuns(database, { connector: connector ?? null, limit })) {
          const { id, state, read, accepted, staged, startedAt } = it;
          const waits = staged === 0 ? '' : `  staged ${staged}`;
          const facts = `${startedAt.toISOString()}  ${id}  ${it.connector}  ${state}  ${accepted}/${read}${waits}`;
          process.stdout.write(`${json === true ? JSON.stringify(it) : facts}\n`);
        }
      }),
    );
}

function changeLines({ key, row, outcome, fields }: StagedChange): string {
  const lines = fields.map((it) => `      ${it.field}: ${it.before} → ${it.after}`);
  return [`    ${outcome === 'withdrawn' ? '撤销' : '变更'} row ${row}  ${key}`, ...lines].join('\n');
}

/** `xinqiao run show`: one receipt, with every gate and what a waiting run would change. */
export function showCommand(): Command {
  return new Command('show')
    .description('批次详情 – one receipt with every gate; of a run that waits, what it would change')
    .argument('<run>', 'id of the run')
    .option('--changes', 'the sampled changes too, 20 at most; values about persons are left out')
    .option('--json', 'the receipt as one JSON object; with --changes then one change a line')
    .action((run: string, { changes, json }: { changes?: boolean; json?: boolean }) =>
      withHubOrEmbedded(async ({ database }) => {
        const receipt = await getRun(database, run);
        const sample = changes === true ? await readSample(database, run) : [];
        const lines =
          json === true
            ? [JSON.stringify(receipt), ...sample.map((it) => JSON.stringify(it))]
            : [receiptLines(receipt), ...receipt.gates.map(gateLine), ...sample.map(changeLines)];
        process.stdout.write(`${lines.join('\n')}\n`);
      }),
    );
}

type MissingOptions = {
  withdraw?: string;
  by?: string;
  reason?: string;
  limit: number;
  after?: string;
  json?: boolean;
};

function readKeys(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split(/\s+/)
      .filter((it) => /^[0-9a-f]{64}$/.test(it));
  } catch (cause) {
    throw new HubError('FILE_MISSING', 'config', `${path} cannot be read`, { cause });
  }
}

async function printMissing(run: string, options: MissingOptions): Promise<void> {
  const { after, limit, json } = options;
  await withHubOrEmbedded(async ({ database }) => {
    let isPast = after === undefined;
    let left = limit;
    for await (const it of listMissing(database, run)) {
      if (isPast && left > 0) {
        const facts = `${it.key}  ${it.subject}  ${it.row ?? ''}`;
        process.stdout.write(`${json === true ? JSON.stringify(it) : facts}\n`);
        left -= 1;
      }
      isPast ||= it.key === after;
      if (left === 0) break;
    }
  });
}

async function confirmMissing(run: string, path: string, options: MissingOptions): Promise<void> {
  const { by = '', reason = '', json } = options;
  const keys = readKeys(path);
  await withHubOrEmbedded(async (parts) => {
    const done = await withdrawMissing(runPartsOf(parts), { run, by, reason }, keys);
    const { withdrawn, notMissing } = done;
    if (json === true) process.stdout.write(`${JSON.stringify(done)}\n`);
    else process.stdout.write(`withdrawn ${withdrawn}, not missing ${notMissing.length}\n`);
    if (json !== true) for (const key of notMissing) process.stdout.write(`  left ${key}\n`);
    process.exitCode = notMissing.length > 0 ? EXIT.partly : EXIT.ok;
  });
}

/** `xinqiao run missing`: what a full read did not meet; withdrawn only where the producer confirms it. */
export function missingCommand(): Command {
  return new Command('missing')
    .description('未见清单 – records that a full read did not meet; absence alone withdraws none')
    .argument('<run>', 'id of the last full read of its connector')
    .option('--limit <count>', 'at most so many', parseLimit, 1_000)
    .option('--after <key>', 'those behind this key, as the list before ended')
    .option(
      '--withdraw <file>',
      'withdraws those whose keys stand in the file: the producer has confirmed them',
    )
    .option('--by <account>', 'with --withdraw: who confirms; kept in the audit')
    .option('--reason <words>', 'with --withdraw: why; kept in the audit')
    .option('--json', 'one record a line: key, row, subject')
    .action((run: string, options: MissingOptions) =>
      options.withdraw === undefined
        ? printMissing(run, options)
        : confirmMissing(run, options.withdraw, options),
    );
}

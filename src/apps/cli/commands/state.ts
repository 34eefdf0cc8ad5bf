import { Command } from 'commander';
import { HubError } from '../../../domain/hub-error.ts';
import { readState, resetState, setCursor, type ConnectorState } from '../../../intake/pipeline/index.ts';
import { connectorOf, runPartsOf } from '../run-parts.ts';
import { withHubOrEmbedded } from '../with-hub.ts';

type ShowOptions = { json?: boolean };
type ChangeOptions = ShowOptions & { by: string; reason: string };

function linesOf({ _id, cursor, open, lastFull, files = [], columns = [] }: ConnectorState): string {
  const waits = open ? [`  run ${open.run} ${open.phase} since ${open.startedAt.toISOString()}`] : [];
  return [
    _id,
    `  cursor ${cursor === null ? '从头开始 none' : JSON.stringify(cursor)}`,
    ...waits,
    ...(lastFull ? [`  last full read ${lastFull.run}: ${lastFull.rows} rows`] : []),
    `  ${files.length} files read to their end, ${columns.length} columns`,
  ].join('\n');
}

function print(state: ConnectorState, json: boolean | undefined): void {
  process.stdout.write(`${json === true ? JSON.stringify(state) : linesOf(state)}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HubError('BAD_USAGE', 'config', 'the cursor is not JSON', { cause });
  }
}

function changing(command: Command): Command {
  return command
    .requiredOption('--by <account>', 'who changes it; kept in the audit')
    .requiredOption('--reason <words>', 'why; kept in the audit')
    .option('--json', 'the state as one JSON object');
}

function showCommand(): Command {
  return new Command('show')
    .description('where a connector stands: cursor, files read, a run that waits')
    .argument('<connector>', 'id, or folder')
    .option('--json', 'the state as one JSON object')
    .action((given: string, { json }: ShowOptions) =>
      withHubOrEmbedded(async (parts) => {
        print(await readState(parts.database, connectorOf(given, parts).metadata.id), json);
      }),
    );
}

function setCommand(): Command {
  return changing(new Command('set'))
    .description('moves the cursor: the next run reads what stands behind it')
    .argument('<connector>', 'id, or folder')
    .argument('<cursor>', 'JSON: every column of sync.cursor with a text as the database writes it')
    .action((given: string, cursor: string, { by, reason, json }: ChangeOptions) =>
      withHubOrEmbedded(async (parts) => {
        const of = { connector: connectorOf(given, parts), order: { by, reason } };
        print(await setCursor(runPartsOf(parts), of, parseJson(cursor)), json);
      }),
    );
}

function resetCommand(): Command {
  return changing(new Command('reset'))
    .description('forgets cursor and files read: the next run begins anew; what was accepted stays')
    .argument('<connector>', 'id, or folder')
    .action((given: string, { by, reason, json }: ChangeOptions) =>
      withHubOrEmbedded(async (parts) => {
        const of = { connector: connectorOf(given, parts), order: { by, reason } };
        print(await resetState(runPartsOf(parts), of), json);
      }),
    );
}

/** `xinqiao state`: where a connector stands, for people to see and to change. */
export function stateCommand(): Command {
  return new Command('state')
    .description('归集位置 – where a connector stands, and how to move it')
    .addHelpText(
      'after',
      `
Example: xinqiao state set zc-frxzcf '{"SJC":"2026-11-01 08:00:00","ID":"A100"}' --by clerk01 --reason "补采11月"`,
    )
    .addCommand(showCommand())
    .addCommand(setCommand())
    .addCommand(resetCommand());
}

import { userInfo } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { HubError } from '../../../domain/hub-error.ts';
import {
  listHolders,
  listOverdue,
  overdueBefore,
  type HolderView,
  type OverdueHolding,
  type RecordHolders,
} from '../../../exchange/holders/index.ts';
import { erasePersonByHand } from '../../../exchange/recall/index.ts';
import type { HubParts } from '../../hub/index.ts';
import { EXIT } from '../exit-codes.ts';
import { withHub } from '../with-hub.ts';

type Options = {
  json?: boolean;
  overdue?: boolean;
  limit: number;
  after?: string;
  erase?: boolean;
  reason?: string;
};

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1_000) throw new InvalidArgumentError('1 to 1000');
  return value;
}

function lineOf(it: HolderView): string {
  const way = it.reportedBy.length === 0 ? 'direct' : `by ${it.reportedBy.join(' > ')}`;
  const version = it.v === null ? 'none' : `v${it.v}${it.hashMatches === false ? ' (other content)' : ''}`;
  const since = it.since === null ? '' : ` since ${it.since}`;
  const attested = it.attestedBy === null ? '' : `, attested by ${it.attestedBy}`;
  const marks = `${it.rule === null ? '' : ` ${it.rule}`}${it.overdue ? ' OVERDUE' : ''}`;
  return `  ${it.state.padEnd(9)} ${it.hub.padEnd(16)} ${version}${since}  ${way}${attested}${marks}`;
}

function write(found: RecordHolders, options: Options): void {
  const shown = options.overdue === true ? found.holders.filter((it) => it.overdue) : found.holders;
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ ...found, holders: shown })}\n`);
    return;
  }
  const word = found.withdrawn ? 'withdrawn' : 'current';
  process.stdout.write(`${found.key} of ${found.origin}: version ${found.v}, ${word}\n`);
  for (const it of shown) process.stdout.write(`${lineOf(it)}\n`);
}

async function showOne({ database, hub }: HubParts, key: string, options: Options): Promise<void> {
  const found = await listHolders(database, hub, key);
  if (found === null) throw new HubError('RECORD_UNKNOWN', 'config', `this hub has no record ${key}`);
  write(found, options);
  const open = found.holders.some((it) => it.overdue || it.state === 'UNKNOWN');
  process.exitCode = open ? EXIT.partly : EXIT.ok;
}

function overdueLine(it: OverdueHolding): string {
  const way = it.reportedBy.length === 0 ? 'direct' : `by ${it.reportedBy.join(' > ')}`;
  return `${it.key}  ${it.hub.padEnd(16)} v${it.v} due since ${it.waitingSince}  ${way}`;
}

async function showOverdue({ database, hub }: HubParts, options: Options): Promise<void> {
  const page = { after: options.after ?? null, limit: options.limit };
  const found = await listOverdue(database, overdueBefore(database, hub), page);
  for (const it of found)
    process.stdout.write(`${options.json === true ? JSON.stringify(it) : overdueLine(it)}\n`);
  const last = found.at(-1);
  if (found.length === options.limit && last !== undefined && options.json !== true)
    process.stdout.write(`more: --after '${last.cursor}'\n`);
  process.exitCode = found.length === 0 ? EXIT.ok : EXIT.partly;
}

async function erase(parts: HubParts, key: string, options: Options): Promise<void> {
  if (options.reason === undefined)
    throw new HubError('BAD_USAGE', 'config', '--erase needs --reason: it stands in the audit trail');
  await erasePersonByHand(parts.caller, key, { actor: userInfo().username, reason: options.reason });
  await showOne(parts, key, options);
}

/** `xinqiao holders`: who holds a record, and which holdings are overdue. */
export function holdersCommand(): Command {
  return new Command('holders')
    .description('持有方 – who holds which version of a record, over every hop, by signed receipts')
    .argument(
      '[record]',
      'record key, 64 hexadecimal digits; without it --overdue lists every overdue holding',
    )
    .option('--overdue', 'only holdings whose correction or withdrawal was due too long ago')
    .option('--limit <n>', 'without a record: at most so many', wholeNumber, 100)
    .option('--after <cursor>', 'without a record: go on behind this cursor of the page before')
    .option('--erase', 'a person was found in the record: erase it here and withdraw it at every holder')
    .option('--reason <text>', 'with --erase: why, for the audit trail')
    .option('--json', 'one JSON object: key, origin, v, withdrawn, holders; without a record one a holding')
    .addHelpText(
      'after',
      `
States:
  CONFIRMED  it has the newest version, by its signed receipt
  UNKNOWN    a version is on its way, or it has not confirmed the newest one
  WITHDRAWN  it holds the withdrawal
  REFUSED    it did not take the version; the rule says why

"direct" is a partner of this hub; "by A > B" was reported by B, which heard it from A. Where the signature of the
holder itself could not be checked, the hub that vouches for it is named. After how many hours a holding is overdue
stands in the hub file: recall.overdueAfterHours, 24 where it says nothing.

Examples:
  xinqiao holders 3fa2…                         the tree of one record
  xinqiao holders --overdue --json              every overdue holding, for a script
  xinqiao holders 3fa2… --erase --reason "…"    only at the hub where the record began

Exit: 0 all confirmed, withdrawn or refused · 2 some unknown or overdue · 1 failed.`,
    )
    .action((key: string | undefined, options: Options) =>
      withHub(async (parts) => {
        if (key === undefined && options.overdue !== true)
          throw new HubError('BAD_USAGE', 'config', 'name a record key, or ask for --overdue');
        if (key === undefined) await showOverdue(parts, options);
        else await (options.erase === true ? erase : showOne)(parts, key, options);
      }),
    );
}

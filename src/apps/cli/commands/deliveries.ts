import { userInfo } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { DELIVERY_STATES, type DeliveryState } from '../../../exchange/delivery/index.ts';
import {
  hurry,
  listDeliveries,
  moveByHand,
  showDelivery,
  type HandMove,
  type Selection,
} from '../../../exchange/operator/index.ts';
import { withHub } from '../with-hub.ts';
import { EXIT } from '../exit-codes.ts';

type SelectionOptions = { partner?: string; state?: DeliveryState; rule?: string; record?: string };
type ListOptions = SelectionOptions & { limit: number; json?: boolean };
type MoveOptions = SelectionOptions & { dryRun?: boolean; reason?: string; json?: boolean };

function stateOf(text: string): DeliveryState {
  const state = DELIVERY_STATES.find((it) => it === text);
  if (state === undefined) throw new InvalidArgumentError(`one of ${DELIVERY_STATES.join(', ')}`);
  return state;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100_000) throw new InvalidArgumentError('1 to 100000');
  return value;
}

function selecting(command: Command): Command {
  return command
    .option('--partner <id>', 'deliveries to this partner')
    .option('--state <word>', `in this state: ${DELIVERY_STATES.join(', ')}`, stateOf)
    .option('--rule <code>', 'ended by this rule or code')
    .option('--record <key>', 'of this record key');
}

function selectionOf(options: SelectionOptions, ids: readonly string[] = []): Selection {
  const { partner, state, rule, record } = options;
  return {
    ...(partner === undefined ? {} : { partner }),
    ...(state === undefined ? {} : { state }),
    ...(rule === undefined ? {} : { rule }),
    ...(record === undefined ? {} : { key: record }),
    ...(ids.length === 0 ? {} : { ids }),
  };
}

function listCommand(): Command {
  return selecting(new Command('list'))
    .description('which versions went, go or wait to go to partners; the newest first')
    .option('--limit <n>', 'at most so many', wholeNumber, 50)
    .option('--json', 'one JSON object a delivery')
    .action((options: ListOptions) =>
      withHub(async ({ database }) => {
        for (const it of await listDeliveries(database, selectionOf(options), options.limit)) {
          const told = it.told === undefined ? '' : `${it.told.code} ${it.told.text}`;
          const facts = [it.state.padEnd(10), it._id, it.rule ?? it.disposition ?? '', told].join('  ');
          process.stdout.write(`${options.json === true ? JSON.stringify(it) : facts.trimEnd()}\n`);
        }
      }),
    );
}

function showCommand(): Command {
  return new Command('show')
    .description('one delivery with its envelope and the receipt on it')
    .argument('<id>', '<partner>|<record key>|<version>, as `list` prints it')
    .option('--json', 'the same (it always is JSON; kept for uniformity)')
    .action((id: string) =>
      withHub(async ({ database }) => {
        process.stdout.write(`${JSON.stringify(await showDelivery(database, id), null, 2)}\n`);
      }),
    );
}

function moveCommand(move: HandMove, description: string): Command {
  return selecting(new Command(move))
    .description(description)
    .argument('[id...]', 'ids of deliveries; or select by the options')
    .option('--reason <text>', 'why, for the audit trail')
    .option('--dry-run', 'says how many it would be and changes nothing')
    .option('--json', 'one JSON object: move, dryRun, selected, moved')
    .addHelpText(
      'after',
      '\nExit: 0 every selected delivery moved · 2 some are not there or stand in a state this does not start from · 1 failed.',
    )
    .action((ids: string[], options: MoveOptions) =>
      withHub(async ({ database }) => {
        const what = {
          move,
          dryRun: options.dryRun === true,
          by: userInfo().username,
          reason: options.reason ?? null,
        };
        const outcome = await moveByHand(database, selectionOf(options, ids), what);
        if (move === 'retry' && !what.dryRun && options.partner !== undefined)
          await hurry(database, options.partner);
        const { selected, moved, dryRun } = outcome;
        const words = `${dryRun ? 'would ' : ''}${move} ${moved} of ${selected} selected deliveries`;
        process.stdout.write(`${options.json === true ? JSON.stringify(outcome) : words}\n`);
        process.exitCode = moved === Math.max(selected, ids.length) ? EXIT.ok : EXIT.partly;
      }),
    );
}

/** `xinqiao deliveries`: what goes to partners, seen and moved by a person. */
export function deliveriesCommand(): Command {
  return new Command('deliveries')
    .description('投递 – what goes to partners: list, show, retry, hold, release, replay')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(moveCommand('retry', 'sends again what was given up (dead)'))
    .addCommand(moveCommand('hold', 'keeps back what waits to be sent'))
    .addCommand(moveCommand('release', 'lets go what was held'))
    .addCommand(
      moveCommand(
        'replay',
        'sends again what has come to its end; a partner that holds it answers `duplicate`',
      ),
    );
}

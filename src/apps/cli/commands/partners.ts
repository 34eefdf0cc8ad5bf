import { userInfo } from 'node:os';
import { Command } from 'commander';
import {
  pausePartner,
  pingPartner,
  reportPartner,
  resumePartner,
  type PartnerReport,
} from '../../../exchange/operator/index.ts';
import { streamHeld } from '../../../exchange/platforms/index.ts';
import { EXIT } from '../exit-codes.ts';
import { withHub } from '../with-hub.ts';

type Options = { json?: boolean; reason?: string };

function lineOf(it: PartnerReport): string {
  const counts = Object.entries(it.deliveries).map(([state, count]) => `${state} ${count}`);
  const oldest = it.oldestPendingSeconds === null ? '' : `; oldest waits ${it.oldestPendingSeconds} s`;
  const shown = it.platform === null ? '' : `; shows ${it.platform.held}, late ${it.platform.late}`;
  const why = it.reason ?? it.lastError;
  const state = it.state === 'open' || why === null ? it.state : `${it.state} (${why})`;
  return `${it.id.padEnd(16)} ${it.relation.padEnd(7)} ${state}  ${counts.join(', ') || 'no deliveries'}${oldest}${shown}`;
}

function listCommand(): Command {
  return new Command('list')
    .description('every partner: open, waiting or paused, its deliveries, and how long the oldest waits')
    .option('--json', 'one JSON object a partner')
    .action((options: Options) =>
      withHub(async ({ database, hub }) => {
        for (const partner of hub.partners) {
          const report = await reportPartner(database, partner);
          process.stdout.write(`${options.json === true ? JSON.stringify(report) : lineOf(report)}\n`);
        }
      }),
    );
}

function pingCommand(): Command {
  return new Command('ping')
    .description(
      'asks partners for a signed sign of life: the address, the keys of both sides and the clock are right',
    )
    .argument('<partner...>', 'ids of partners in the hub file')
    .option('--json', 'one JSON object a partner: id, answered, ms')
    .addHelpText('after', '\nExit: 0 all answered · 2 some did not · 1 failed.')
    .action((ids: string[], options: Options) =>
      withHub(async ({ caller, channels }) => {
        let all = true;
        for (const id of ids) {
          const { answered, ms } = await pingPartner(caller, caller.directory.get(id), channels.get(id));
          all &&= answered;
          const words = `${answered ? '✓' : '✗'} ${id} ${answered ? 'answered' : 'did not answer'} (${ms} ms)`;
          process.stdout.write(`${options.json === true ? JSON.stringify({ id, answered, ms }) : words}\n`);
        }
        process.exitCode = all ? EXIT.ok : EXIT.partly;
      }),
    );
}

function showsCommand(): Command {
  return new Command('shows')
    .description(
      'the records that a platform which is not Xinqiao shows by its own word, with their versions',
    )
    .argument('<partner...>', 'ids of such partners in the hub file')
    .option('--json', 'one JSON object a record: partner, key, v')
    .action((ids: string[], options: Options) =>
      withHub(async ({ caller, database }) => {
        for (const { id: partner } of ids.map((it) => caller.directory.get(it))) {
          for await (const { key, v } of streamHeld(database, partner)) {
            const line =
              options.json === true ? JSON.stringify({ partner, key, v }) : `${partner} ${key} ${v}`;
            process.stdout.write(`${line}\n`);
          }
        }
      }),
    );
}

function switchCommand(name: 'pause' | 'resume', description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<partner...>', 'ids of partners in the hub file')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .option('--json', 'one JSON object a partner, as `list` gives it')
    .action((ids: string[], options: Options) =>
      withHub(async ({ caller, database }) => {
        const by = { actor: userInfo().username, reason: options.reason ?? '' };
        for (const partner of ids.map((it) => caller.directory.get(it))) {
          await (name === 'pause' ? pausePartner : resumePartner)(database, partner.id, by);
          const report = await reportPartner(database, partner);
          process.stdout.write(`${options.json === true ? JSON.stringify(report) : lineOf(report)}\n`);
        }
      }),
    );
}

/** `xinqiao partners`: how the exchange with each partner stands, and its brake. */
export function partnersCommand(): Command {
  return new Command('partners')
    .description('平台 – the partners of a hub: list, ping, shows, pause, resume')
    .addCommand(listCommand())
    .addCommand(pingCommand())
    .addCommand(showsCommand())
    .addCommand(
      switchCommand(
        'pause',
        'stops the exchange with a partner; what is owed waits, and nothing is given up',
      ),
    )
    .addCommand(switchCommand('resume', 'goes on with a partner, at once'));
}

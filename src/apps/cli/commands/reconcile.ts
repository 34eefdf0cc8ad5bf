import { Command } from 'commander';
import { heal, reconcile, type Reconciliation } from '../../../exchange/reconciliation/index.ts';
import { EXIT } from '../exit-codes.ts';
import { withHub } from '../with-hub.ts';

function lineOf(found: Reconciliation, healed: number | null): string {
  const differences = found.missingThere.length + found.missingHere.length + found.differing.length;
  const sent = healed === null ? '' : `, ${healed} sent again`;
  return `${found.equal ? '✓' : '✗'} ${found.from} → ${found.to}: ${found.records} records, ${found.rejected} refused there, ${differences} differences${sent}`;
}

/** `xinqiao reconcile`: does a partner hold exactly what it is owed? */
export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description(
      '对账 – compares what a partner is owed with what it holds, record by record where they differ',
    )
    .argument('<partner...>', 'ids of partners in the hub file')
    .option('--heal', 'sends again what the partner lacks or holds in another version, and nothing else')
    .option(
      '--json',
      'one JSON object a partner: from, to, records, rejected, equal, the differences, with --heal also healed',
    )
    .addHelpText('after', '\nExit: 0 equal · 2 different (also when healed: compare again) · 1 failed.')
    .action((partners: string[], options: { json?: boolean; heal?: boolean }) =>
      withHub(async ({ caller }) => {
        let equal = true;
        for (const id of partners) {
          const partner = caller.directory.get(id);
          const found = await reconcile(caller, partner);
          const healed = options.heal === true ? await heal(caller, partner, found) : null;
          equal &&= found.equal;
          const facts = healed === null ? found : { ...found, healed };
          process.stdout.write(`${options.json === true ? JSON.stringify(facts) : lineOf(found, healed)}\n`);
        }
        process.exitCode = equal ? EXIT.ok : EXIT.partly;
      }),
    );
}

import { Command } from 'commander';
import { reconcile } from '../../../exchange/reconciliation/index.ts';
import { parseConfig } from '../../../infra/config/index.ts';
import { openHub } from '../../hub/index.ts';
import { EXIT } from '../exit-codes.ts';

/** `xinqiao reconcile`: does a partner hold exactly what it is owed? */
export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description(
      '对账 – compares what a partner is owed with what it holds, record by record where they differ',
    )
    .argument('<partner...>', 'ids of partners in the hub file')
    .option('--json', 'one JSON object a partner: from, to, records, rejected, equal, and the differences')
    .addHelpText('after', '\nExit: 0 equal · 2 different · 1 failed.')
    .action(async (partners: string[], options: { json?: boolean }) => {
      const parts = await openHub({ ...parseConfig(), logLevel: 'error' });
      let equal = true;
      try {
        for (const id of partners) {
          const found = await reconcile(parts.caller, parts.caller.directory.get(id));
          equal &&= found.equal;
          const differences = found.missingThere.length + found.missingHere.length + found.differing.length;
          const line =
            options.json === true
              ? JSON.stringify(found)
              : `${found.equal ? '✓' : '✗'} ${found.from} → ${found.to}: ${found.records} records, ${found.rejected} refused there, ${differences} differences`;
          process.stdout.write(`${line}\n`);
        }
      } finally {
        await parts.close();
      }
      process.exitCode = equal ? EXIT.ok : EXIT.partly;
    });
}

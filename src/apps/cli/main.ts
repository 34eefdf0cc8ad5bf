import { Command } from 'commander';
import { toHubError } from '../../domain/hub-error.ts';
import { catalogueCommand } from './commands/catalogue.ts';
import { checkCommand } from './commands/check.ts';
import { codeCommand } from './commands/code.ts';
import { initCommand } from './commands/init.ts';
import { keysCommand } from './commands/keys.ts';
import { deliveriesCommand } from './commands/deliveries.ts';
import { discoverCommand } from './commands/discover.ts';
import { gatewayCommand } from './commands/gateway.ts';
import { holdersCommand } from './commands/holders.ts';
import { partnersCommand } from './commands/partners.ts';
import { previewCommand } from './commands/preview.ts';
import { quarantineCommand } from './commands/quarantine.ts';
import { queryCommand } from './commands/query.ts';
import { readsCommand } from './commands/reads.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { replayCommand } from './commands/replay.ts';
import { runCommand } from './commands/run.ts';
import { schemaCommand } from './commands/schema.ts';
import { schedulesCommand } from './commands/schedules.ts';
import { serveCommand } from './commands/serve.ts';
import { stateCommand } from './commands/state.ts';
import { supergraphCommand } from './commands/supergraph.ts';
import { testCommand } from './commands/test.ts';
import { tokensCommand } from './commands/tokens.ts';
import { verifyCommand } from './commands/verify.ts';
import { EXIT } from './exit-codes.ts';

const program = new Command('xinqiao')
  .description('信桥 – exchanges public credit records about organisations between platforms')
  .version('0.1.0')
  // A command may take an option that its own commands take too.
  .enablePositionalOptions()
  .showHelpAfterError('(xinqiao <command> --help shows what a command takes)')
  .addCommand(serveCommand())
  .addCommand(runCommand())
  .addCommand(initCommand())
  .addCommand(replayCommand())
  .addCommand(stateCommand())
  .addCommand(schedulesCommand())
  .addCommand(checkCommand())
  .addCommand(catalogueCommand())
  .addCommand(discoverCommand())
  .addCommand(previewCommand())
  .addCommand(testCommand())
  .addCommand(quarantineCommand())
  .addCommand(queryCommand())
  .addCommand(reconcileCommand())
  .addCommand(deliveriesCommand())
  .addCommand(holdersCommand())
  .addCommand(partnersCommand())
  .addCommand(keysCommand())
  .addCommand(schemaCommand())
  .addCommand(supergraphCommand())
  .addCommand(gatewayCommand())
  .addCommand(tokensCommand())
  .addCommand(readsCommand())
  .addCommand(verifyCommand())
  .addCommand(codeCommand());

try {
  await program.parseAsync();
} catch (error) {
  const { code, message } = toHubError(error);
  process.stderr.write(`xinqiao: ${code}: ${message}\n`);
  process.exitCode = EXIT.failed;
}

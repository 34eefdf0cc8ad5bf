import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { Command } from 'commander';
import { toHubError } from '../../domain/hub-error.ts';
import { COMMANDS } from './commands/index.ts';
import { EXIT } from './exit-codes.ts';

/** What was compiled is kept beside the runtime, in a folder of the program's own; where it cannot be written, it is not. */
enableCompileCache(join(import.meta.dirname, '../../../.runtime/compile-cache'));

/** The verb that is asked for, or every verb where help is or a word is none. */
async function loadCommands(verb: string | undefined): Promise<Command[]> {
  const asked = verb !== undefined && Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  return Promise.all((asked === undefined ? Object.values(COMMANDS) : [asked]).map((load) => load()));
}

const program = new Command('xinqiao')
  .description('信桥 – exchanges public credit records about organisations between platforms')
  .version('0.1.0')
  // A command may take an option that its own commands take too.
  .enablePositionalOptions()
  .showHelpAfterError('(xinqiao <command> --help shows what a command takes)');

try {
  for (const command of await loadCommands(process.argv[2])) program.addCommand(command);
  await program.parseAsync();
} catch (error) {
  const { code, message } = toHubError(error);
  process.stderr.write(`xinqiao: ${code}: ${message}\n`);
  process.exitCode = EXIT.failed;
}

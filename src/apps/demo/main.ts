import { toHubError } from '../../domain/hub-error.ts';
import { parseOptions } from './options.ts';
import { runDemo } from './run-demo.ts';
import { Terminal } from './terminal.ts';

const options = parseOptions(process.argv.slice(2));
const terminal = new Terminal(options.json ? process.stderr : process.stdout);
try {
  const figures = await runDemo(options, terminal);
  if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exitCode = figures.ok ? 0 : 1;
} catch (error) {
  const { code, message } = toHubError(error);
  terminal.say(`\nscript/demo: ${code}: ${message}`);
  process.exit(code === 'INTERRUPTED' ? 130 : 1);
}

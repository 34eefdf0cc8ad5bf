import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { HubError } from '../../../domain/hub-error.ts';
import { serveSupergraph } from '../../gateway/index.ts';
import { endOnSignal } from '../end-on-signal.ts';

type Options = { supergraph: string; port: number; host: string; open?: boolean };

function portNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new InvalidArgumentError('0 to 65535');
  return value;
}

function readSupergraph(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HubError('FILE_MISSING', 'config', `${file} cannot be read`, { cause });
  }
}

/** `xinqiao gateway`: serves any supergraph by our gateway alone. */
export function gatewayCommand(): Command {
  return new Command('gateway')
    .description('网关 – serves any supergraph with HTTP subgraphs by this gateway alone, for audits of it')
    .requiredOption('--supergraph <file>', 'supergraph SDL')
    .option('--port <n>', 'port to listen on; 0 takes a free one', portNumber, 4000)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--open',
      'needed: says that nothing is controlled here – no access, no limits, no disclosure',
      false,
    )
    .addHelpText(
      'after',
      '\nA hub is served by `xinqiao serve`; this has none of its rules and holds no records.',
    )
    .action(async (options: Options) => {
      if (options.open !== true) {
        const message = 'this gateway controls nothing: say --open, or serve a hub with `xinqiao serve`';
        throw new HubError('BAD_USAGE', 'config', message);
      }
      const running = await serveSupergraph(readSupergraph(options.supergraph), options);
      endOnSignal(() => running.close());
      process.stderr.write(`xinqiao: ready on port ${running.port}\n`);
    });
}

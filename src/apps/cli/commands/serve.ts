import { Command, Option } from 'commander';
import { subgraphNames } from '../../../api/gateway/index.ts';
import { parseConfig, type Config } from '../../../infra/config/index.ts';
import { HubError } from '../../../domain/hub-error.ts';
import { loadCatalogue } from '../../../registry/catalogue/index.ts';
import { startGateway } from '../../gateway/index.ts';
import { ROLES, startHub, type RemoteSubgraphs, type RunningHub } from '../../hub/index.ts';
import { startSubgraphProcess } from '../../subgraphs/index.ts';
import { startWorker } from '../../worker/index.ts';
import { sandboxFacts, sandboxWords, startSandbox } from '../../sandbox/index.ts';
import { startEmbeddedHub } from '../embedded-hub.ts';
import { endOnSignal } from '../end-on-signal.ts';

type ServeOptions = {
  role: 'all' | 'gateway' | 'subgraphs' | 'worker' | 'exchange';
  subgraph?: string[];
  subgraphsAt?: string;
  embedded?: boolean;
  sandbox?: boolean;
  json?: boolean;
};

function gatewaySecret(config: Config): string {
  if (config.subgraphSecret !== null) return config.subgraphSecret;
  const message = 'XINQIAO_SUBGRAPH_SECRET is missing: gateway and subgraphs share it';
  throw new HubError('BAD_CONFIG', 'config', message);
}

function remoteOf(
  options: ServeOptions,
  config: Config,
  names: readonly string[],
): RemoteSubgraphs | undefined {
  const { subgraphsAt, subgraph = names } = options;
  if (subgraphsAt === undefined) return undefined;
  const subgraphs = Object.fromEntries(subgraph.map((name) => [name, `${subgraphsAt}/subgraphs/${name}`]));
  return { subgraphs, secret: gatewaySecret(config) };
}

async function start(options: ServeOptions, config: Config): Promise<RunningHub> {
  const names = subgraphNames(loadCatalogue(config.connectorsDir));
  const remote = remoteOf(options, config, names);
  switch (options.role) {
    case 'subgraphs':
      return startSubgraphProcess(config, {
        names: options.subgraph ?? names,
        secret: gatewaySecret(config),
      });
    case 'gateway':
      return startGateway(config, remote);
    case 'worker':
      return startWorker(config);
    case 'exchange':
      return startHub(config, ['exchange']);
    case 'all':
      return startHub(config, ROLES, { remote });
  }
}

async function serveSandbox(json: boolean): Promise<void> {
  const sandbox = await startSandbox();
  endOnSignal(() => sandbox.close());
  process.stdout.write(json ? `${JSON.stringify(sandboxFacts(sandbox))}\n` : sandboxWords(sandbox));
}

/** `xinqiao serve`: runs a hub, or one part of it. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('启动平台节点 – runs a hub, or one part of it, until it is stopped')
    .addOption(
      new Option('--role <role>', 'which part this process runs')
        .choices(['all', 'gateway', 'subgraphs', 'worker', 'exchange'])
        .default('all'),
    )
    .option('--subgraph <name...>', 'subgraphs served here, or taken from --subgraphs-at')
    .option('--subgraphs-at <url>', 'base URL of the process that serves the subgraphs')
    .option('--embedded', 'starts local stores first: development only, never production')
    .option('--sandbox', 'a hub with made-up organisations on stores of its own, to try things out')
    .option('--json', 'with --sandbox: what it serves as one JSON object')
    .addHelpText('after', '\nSettings come from the environment (XINQIAO_…); .env.example lists every one.')
    .action(async (options: ServeOptions) => {
      if (options.sandbox === true) {
        await serveSandbox(options.json === true);
        return;
      }
      const running =
        options.embedded === true ? await startEmbeddedHub() : await start(options, parseConfig());
      endOnSignal(() => running.close());
      process.stderr.write(`xinqiao: ready on port ${running.port}\n`);
    });
}

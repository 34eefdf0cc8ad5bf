import { Command, Option } from 'commander';
import { subgraphNames } from '../../../api/gateway/index.ts';
import { findVariable, parseConfig, type Config } from '../../../infra/config/index.ts';
import { HubError } from '../../../domain/hub-error.ts';
import { loadCatalogue } from '../../../registry/catalogue/index.ts';
import { startHub, type Role, type RunningHub } from '../../hub/index.ts';
import { startSubgraphProcess } from '../../subgraphs/index.ts';
import { startEmbeddedHub } from '../embedded-hub.ts';

type ServeOptions = {
  role: 'all' | 'gateway' | 'subgraphs' | 'worker' | 'exchange';
  subgraph?: string[];
  subgraphsAt?: string;
  embedded?: boolean;
};

const ROLES_OF: Readonly<Record<'all' | 'gateway' | 'worker' | 'exchange', readonly Role[]>> = {
  all: ['exchange', 'query', 'worker'],
  gateway: ['query'],
  worker: ['worker'],
  exchange: ['exchange'],
};

function gatewaySecret(): string {
  const secret = findVariable('XINQIAO_SUBGRAPH_SECRET');
  if (secret === undefined) {
    throw new HubError(
      'BAD_CONFIG',
      'config',
      'XINQIAO_SUBGRAPH_SECRET is missing: gateway and subgraphs share it',
    );
  }
  return secret;
}

async function start(options: ServeOptions, config: Config): Promise<RunningHub> {
  const names = subgraphNames(loadCatalogue(config.connectorsDir));
  if (options.role === 'subgraphs') {
    return startSubgraphProcess(config, { names: options.subgraph ?? names, secret: gatewaySecret() });
  }
  const base = options.subgraphsAt;
  if (base === undefined) return startHub(config, ROLES_OF[options.role]);
  const served = options.subgraph ?? names;
  const subgraphs = Object.fromEntries(served.map((name) => [name, `${base}/subgraphs/${name}`]));
  return startHub(config, ROLES_OF[options.role], { subgraphs, secret: gatewaySecret() });
}

/** Ends a process on the first Ctrl-C or SIGTERM, after what it is doing; at once on the second. */
function endOnSignal(close: () => Promise<void>): void {
  let ending = false;
  const end = () => {
    if (ending) process.exit(1);
    ending = true;
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
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
    .addHelpText('after', '\nSettings come from the environment (XINQIAO_…); .env.example lists every one.')
    .action(async (options: ServeOptions) => {
      const running =
        options.embedded === true ? await startEmbeddedHub() : await start(options, parseConfig());
      endOnSignal(() => running.close());
      process.stderr.write(`xinqiao: ready on port ${running.port}\n`);
    });
}

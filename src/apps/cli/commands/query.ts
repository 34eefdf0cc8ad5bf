import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { HubError } from '../../../domain/hub-error.ts';
import { EXIT } from '../exit-codes.ts';
import { askHub, type QuerySender } from '../../client/index.ts';

type QueryOptions = {
  url: string;
  variables: string;
  as?: string;
  key?: string;
  keyId: string;
  purpose?: string;
  token?: string;
  timeout: string;
};

function senderOf(options: QueryOptions): QuerySender | null {
  const { as, key, keyId, purpose } = options;
  if (as === undefined && key === undefined) return null;
  if (as === undefined || key === undefined || purpose === undefined) {
    throw new HubError('BAD_USAGE', 'config', 'a signed query needs --as, --key and --purpose together');
  }
  const token = options.token === undefined ? {} : { token: readFileSync(options.token, 'utf8').trim() };
  return { hub: as, keyFile: key, keyId, purpose, ...token };
}

/** `xinqiao query`: one GraphQL question to a hub, signed or public. */
export function queryCommand(): Command {
  return new Command('query')
    .description('查询 – asks a hub one GraphQL question, signed for a purpose or on the public channel')
    .argument('<file>', 'file with the query, or - for standard input')
    .requiredOption('--url <url>', 'base URL of the hub')
    .option('--variables <json>', 'variables of the query', '{}')
    .option('--as <hub>', 'id of the platform that asks')
    .option('--key <file>', 'its private key, PKCS #8 PEM')
    .option('--key-id <id>', 'id of that key', 'k1')
    .option('--purpose <word>', 'why it asks; one of those agreed with the hub')
    .option('--token <file>', 'file with a short-lived token, where the hub asks for one')
    .option('--timeout <ms>', 'longest wait', '15000')
    .option('--json', 'the answer as JSON (it always is; kept for uniformity)')
    .addHelpText(
      'after',
      '\nExit: 0 answered · 2 answered in part (errors beside data) · 1 refused or failed.',
    )
    .action(async (file: string, options: QueryOptions) => {
      const query = readFileSync(file === '-' ? 0 : file, 'utf8');
      const variables = JSON.parse(options.variables) as Record<string, unknown>;
      const sender = senderOf(options);
      const { body } = await askHub({
        url: options.url,
        query,
        variables,
        sender,
        timeoutMs: Number(options.timeout),
      });
      process.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
      const answer = body as { data?: unknown; errors?: unknown[] };
      const failed = answer.data === undefined || answer.data === null;
      process.exitCode = failed ? EXIT.failed : answer.errors === undefined ? EXIT.ok : EXIT.partly;
    });
}

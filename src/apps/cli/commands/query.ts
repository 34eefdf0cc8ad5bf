import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { HubError } from '../../../domain/hub-error.ts';
import { EXIT } from '../exit-codes.ts';
import { askHub } from '../../client/index.ts';
import { askEach } from '../ask-each.ts';
import { senderOf, variablesOf, withAsker, type AskOptions } from '../ask-options.ts';

type QueryOptions = AskOptions & { each?: string; out?: string; column?: string; json?: boolean };

async function askOnce(query: string, options: QueryOptions): Promise<void> {
  const variables = variablesOf(options);
  const timeoutMs = Number(options.timeout);
  const { url } = options;
  let body: unknown;
  if (url === undefined) {
    await withAsker(options, async (ask) => {
      const { data, errors } = await ask(query, variables);
      body = { data, ...(errors.length === 0 ? {} : { errors }) };
    });
  } else {
    const answer = await askHub({ url, query, variables, sender: senderOf(options), timeoutMs });
    if (answer.body === null) {
      const said = `the answer with status ${answer.status} is not JSON: something before the hub answers`;
      throw new HubError('ANSWER_NOT_JSON', 'transient', said);
    }
    ({ body } = answer);
  }
  process.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
  const answer = body as { data?: unknown; errors?: unknown[] };
  const failed = answer.data === undefined || answer.data === null;
  process.exitCode = failed ? EXIT.failed : answer.errors === undefined ? EXIT.ok : EXIT.partly;
}

function readDocument(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new HubError('BAD_USAGE', 'config', `the document ${file} cannot be read`, { cause });
  }
}

const HELP = `
One question:
  xinqiao query q.graphql --url https://hub.example --variables '{"code":"91370306QQQQ7002XH"}'

Many codes, one row a record:
  xinqiao query each.graphql --each codes.csv --out rows.csv --url https://hub.example

  # each.graphql: one root field that takes the codes as a variable; paging and coverage are added
  query ($codes: [USCC!]!) {
    subjects(usccs: $codes) { name penalties { edges { node { documentNo decidedOn } } } }
  }

  codes.csv     one code a line, or a column named uscc, code or 统一社会信用代码 (--column names another).
                Wrong codes are listed with their line before anything is sent, and left out. A number like a
                person's is refused; no refused value is shown.
  --out         .ndjson or .csv. Every row has line, code, list, records, complete, coverage and error. A code
                without a record has one row a list: "complete" true means there is none, false means that not
                every source answered.
  Interrupted?  Run the same command again: it goes on where it ended (rows.csv.checkpoint).
  Quota         100 codes a question, fewer where the hub finds that too dear; Retry-After and RateLimit are kept.

Signed, for what only authorities see: --as <your id> --key <your key> --purpose <agreed word>.
Without --url the hub that the environment names is asked, as by its own operator.

Exit: 0 answered · 2 in part (errors beside data, or lines left out) · 1 refused or failed.`;

/** `xinqiao query`: one GraphQL question to a hub, signed or public; or one for each code of a file. */
export function queryCommand(): Command {
  return new Command('query')
    .description('查询 – asks a hub a GraphQL question, once or for every code of a file; signed or public')
    .argument('<file>', 'file with the query, or - for standard input')
    .option('--url <url>', 'base URL of the hub; without it the local one')
    .option('--variables <json>', 'variables of the query', '{}')
    .option('--as <hub>', 'id of the platform that asks')
    .option('--key <file>', 'its private key, PKCS #8 PEM')
    .option('--key-id <id>', 'id of that key', 'k1')
    .option('--purpose <word>', 'why it asks; one of those agreed with the hub')
    .option('--token <file>', 'file with a short-lived token, where the hub asks for one')
    .option('--timeout <ms>', 'longest wait for one answer', '15000')
    .option('--each <file>', 'CSV with codes: ask for every one of them')
    .option('--column <name>', 'with --each: column that holds the codes')
    .option('--out <file>', 'with --each: .ndjson or .csv, one row a record')
    .option('--json', 'with --each: the summary as one JSON object; a single answer always is JSON')
    .addHelpText('after', HELP)
    .action(async (file: string, options: QueryOptions) => {
      const query = readDocument(file);
      const { each, out, column = null, json = false } = options;
      if (each === undefined && out === undefined) {
        await askOnce(query, options);
        return;
      }
      if (each === undefined || out === undefined) {
        throw new HubError('BAD_USAGE', 'config', '--each and --out go together');
      }
      const codes = { path: each, column };
      process.exitCode = await askEach({ query, codes, out, json, options });
    });
}

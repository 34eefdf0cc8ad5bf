import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { composeSupergraph, referenceParts } from '../../../api/gateway/index.ts';
import {
  diffSchemas,
  findNewestGeneration,
  findPin,
  getGeneration,
  listGenerations,
  pinGeneration,
  readGenerationSdl,
  releaseGeneration,
  type GenerationDocument,
} from '../../../api/generations/index.ts';
import { HubError } from '../../../domain/hub-error.ts';
import { redactText } from '../../../domain/subject/index.ts';
import { parseConfig } from '../../../infra/config/index.ts';
import type { HubDatabase } from '../../../infra/mongo/index.ts';
import { appendAudit } from '../../../registry/audit/index.ts';
import { loadCatalogue } from '../../../registry/catalogue/index.ts';
import { EXIT } from '../exit-codes.ts';
import { withDatabase } from '../with-database.ts';

type Json = { json?: boolean };

/** What a router of other people lacks when it serves our supergraph. */
const LACKS = [
  'Every subgraph refuses a request without a context signed by the hub (XINQIAO_SUBGRAPH_SECRET): who asks, for what',
  'purpose, until when. A router that does not sign it gets CONTEXT_REFUSED and shows nothing.',
  'Not enforced by another router: admission (depth, aliases, cost), rate limits, coverage in extensions, the read log of',
  'the gateway, refusals in our words. Disclosure is decided in the subgraphs all the same.',
];

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1');
  return value;
}

function write(value: object, line: string, { json }: Json): void {
  process.stdout.write(`${json === true ? JSON.stringify(value) : line}\n`);
}

function summaryOf(it: GenerationDocument): object {
  const { _id: generation, at, digest, connectors } = it;
  return { generation, at: at.toISOString(), digest, connectors };
}

async function showHistory(options: Json & { limit: number }): Promise<void> {
  await withDatabase(async (database) => {
    const pin = await findPin(database);
    for (const it of await listGenerations(database, options.limit)) {
      const live = it.connectors.filter((connector) => connector.mode === 'live').length;
      const mark = pin?.generation === it._id ? '  pinned' : '';
      const line = `${it._id}  ${it.at.toISOString()}  ${it.connectors.length} connectors, ${live} live${mark}`;
      write({ ...summaryOf(it), pinned: pin?.generation === it._id }, line, options);
    }
  });
}

/** What became of each connector between two generations. */
function connectorDiff(before: GenerationDocument, after: GenerationDocument): string[] {
  const had = new Map(before.connectors.map((it) => [it.id, it]));
  const has = new Map(after.connectors.map((it) => [it.id, it]));
  const added = [...has.keys()].filter((it) => !had.has(it)).map((it) => `+ ${it}`);
  const removed = [...had.keys()].filter((it) => !has.has(it)).map((it) => `- ${it}`);
  const changed = after.connectors.flatMap(({ id, revision, mode }) => {
    const old = had.get(id);
    if (old === undefined || old.revision === revision) return [];
    return [`~ ${id} ${old.revision} → ${revision}${old.mode === mode ? '' : `, ${old.mode} → ${mode}`}`];
  });
  return [...added, ...removed, ...changed];
}

async function pairOf(
  database: HubDatabase,
  from: number | undefined,
  to: number | undefined,
): Promise<[GenerationDocument, GenerationDocument]> {
  const newest = to ?? (await findNewestGeneration(database))?._id ?? 1;
  const after = await getGeneration(database, newest);
  return [await getGeneration(database, from ?? Math.max(1, newest - 1)), after];
}

async function showDiff(from: number | undefined, to: number | undefined, options: Json): Promise<void> {
  await withDatabase(async (database) => {
    const [before, after] = await pairOf(database, from, to);
    const [older, newer] = await Promise.all(
      [before, after].map((it) => readGenerationSdl(database, it._id)),
    );
    const schema = diffSchemas(older ?? '', newer ?? '');
    const connectors = connectorDiff(before, after);
    const lines = [
      `generation ${before._id} → ${after._id}`,
      ...connectors,
      ...schema.added.map((it) => `+ ${it}`),
      ...schema.removed.map((it) => `- ${it}`),
      ...schema.breaking.map((it) => `breaks: ${it}`),
      ...schema.dangerous.map((it) => `mind: ${it}`),
    ];
    const value = { from: before._id, to: after._id, connectors, ...schema };
    write(
      value,
      lines.length > 1 ? lines.join('\n') : `${lines[0]}: the same schema and connectors`,
      options,
    );
    process.exitCode = schema.breaking.length > 0 ? EXIT.partly : EXIT.ok;
  });
}

async function rollBack(generation: number, options: Json & { reason: string }): Promise<void> {
  await withDatabase(async (database) => {
    const by = userInfo().username;
    const reason = redactText(options.reason).text;
    await pinGeneration(database, { generation, by, reason });
    const details = { generation, reason };
    await appendAudit(database, [
      { event: 'SUPERGRAPH_ROLLED_BACK', actor: by, purpose: null, code: null, details },
    ]);
    const line = `generation ${generation} is served again by every process, within seconds and until it is released`;
    write({ pinned: generation }, line, options);
  });
}

async function release(options: Json): Promise<void> {
  await withDatabase(async (database) => {
    const released = await releaseGeneration(database);
    const by = userInfo().username;
    if (released)
      await appendAudit(database, [
        { event: 'SUPERGRAPH_RELEASED', actor: by, purpose: null, code: null, details: {} },
      ]);
    write(
      { released },
      released ? 'the connectors folder is followed again' : 'nothing was pinned: the folder is followed',
      options,
    );
  });
}

function exportSdl(options: { subgraphsAt: string; out?: string }): void {
  if (!/^https?:\/\//.test(options.subgraphsAt)) {
    throw new HubError('BAD_CONFIG', 'config', '--subgraphs-at is an http or https address');
  }
  const { connectorsDir } = parseConfig();
  const { parts } = referenceParts(loadCatalogue(connectorsDir).datasets);
  const at = options.subgraphsAt.replace(/\/+$/, '');
  const { sdl } = composeSupergraph(parts.map((it) => ({ ...it, url: `${at}/subgraphs/${it.name}` })));
  const text = `${LACKS.map((it) => `# ${it}`).join('\n')}\n\n${sdl}\n`;
  if (options.out === undefined) process.stdout.write(text);
  else writeFileSync(options.out, text);
}

/** `xinqiao supergraph`: what the query interface was and is served from. */
export function supergraphCommand(): Command {
  const command = new Command('supergraph').description(
    '总图 – what the query interface is served from: history, differences, going back, export',
  );
  command
    .command('history')
    .description('generations that were served, the newest first')
    .option('--limit <n>', 'at most so many', wholeNumber, 20)
    .option('--json', 'one JSON object a generation', false)
    .action(showHistory);
  command
    .command('diff')
    .description('what changed between two generations; without numbers, with the newest one')
    .argument('[from]', 'older generation', wholeNumber)
    .argument('[to]', 'newer generation', wholeNumber)
    .option('--json', 'one JSON object', false)
    .addHelpText(
      'after',
      '\nExit: 0 nothing that ran before is broken · 1 failed · 2 queries that ran before break.',
    )
    .action(showDiff);
  command
    .command('rollback')
    .description('has every process serve a generation again')
    .argument('<generation>', 'number from `history`', wholeNumber)
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .option('--json', 'one JSON object', false)
    .action(rollBack);
  command
    .command('release')
    .description('ends a rollback: the connectors folder is followed again')
    .option('--json', 'one JSON object', false)
    .action(release);
  command
    .command('export')
    .description('the supergraph of this hub for another router, such as Hive Router')
    .requiredOption('--subgraphs-at <url>', 'base URL of the process that serves the subgraphs')
    .option('--out <file>', 'file to write; standard output when absent')
    .addHelpText('after', `\n${LACKS.join('\n')}`)
    .action(exportSdl);
  return command;
}

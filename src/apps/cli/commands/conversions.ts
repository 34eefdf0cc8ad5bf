import { Command, Option } from 'commander';
import {
  approveConversion,
  askConversion,
  getConversion,
  refuseConversion,
  takeConverted,
  type ConversionAsked,
} from '../../../intake/conversions/index.ts';
import {
  CONVERSION_STATES,
  listConversionRates,
  listConversions,
  type ConversionDocument,
  type ConversionRate,
  type ConversionState,
} from '../../../registry/conversions/index.ts';
import { getConnector, type HubParts } from '../../hub/index.ts';
import { EXIT } from '../exit-codes.ts';
import { parseLimit } from '../parse-limit.ts';
import { withHubOrEmbedded } from '../with-hub.ts';

const PAGE = 500;

type Json = { json?: boolean };

function print(json: boolean | undefined, value: object, line: string): void {
  process.stdout.write(`${json === true ? JSON.stringify(value) : line}\n`);
}

function lineOf({ _id, state, uscc, by, candidates, departments }: ConversionDocument): string {
  const leads = uscc ?? (candidates.length === 0 ? '–' : `? ${candidates.join(' ')}`);
  const who = departments.map((it) => it.source).join(' ');
  return `${_id}  ${state.padEnd(9)}  ${leads}  ${by ?? ''}  ${who}`;
}

type ListOptions = Json & { state?: ConversionState; department?: string; limit: number };

function listCommand(): Command {
  return new Command('list')
    .description('列出代码转换队列 – codes that stand in place of a unified code, and where each one leads')
    .addOption(new Option('--state <state>', 'only codes that stand so').choices(CONVERSION_STATES))
    .option('--department <uscc>', 'only codes that this department uses')
    .option('--limit <count>', 'at most so many', parseLimit, 1_000)
    .option('--json', 'one JSON object a code')
    .addHelpText(
      'after',
      `
Columns: kind:code · state · where it leads, or may lead · who says so · connectors that met it.
waiting: no subject is known for it · conflict: several are, or one of another name · requested: a second person decides ·
converted. Kind USCC is a unified code whose check fails.`,
    )
    .action(({ state, department, limit, json }: ListOptions) =>
      withHubOrEmbedded(async ({ database }) => {
        let after: string | null = null;
        for (let left = limit; left > 0;) {
          const size = Math.min(PAGE, left);
          const query = { state: state ?? null, department: department ?? null, after, limit: size };
          const page: ConversionDocument[] = await listConversions(database, query);
          for (const it of page) print(json, it, lineOf(it));
          after = page.at(-1)?._id ?? null;
          left = page.length < size ? 0 : left - page.length;
        }
      }),
    );
}

function showCommand(): Command {
  return new Command('show')
    .description('查看一个代码 – one code: names, departments, what was asked and decided')
    .argument('<code>', 'the code, or <kind>:<code>')
    .option('--json', 'on one line')
    .action((code: string, { json }: Json) =>
      withHubOrEmbedded(async ({ database }) => {
        const found = await getConversion(database, code);
        print(json, found, JSON.stringify(found, null, 2));
      }),
    );
}

function rateLine({ name, uscc, codes, converted, waiting, conflict, requested }: ConversionRate): string {
  const rate = codes === 0 ? '–' : `${((100 * converted) / codes).toFixed(1)} %`;
  return `${rate.padStart(7)}  ${converted}/${codes}  待转 ${waiting}  冲突 ${conflict}  待核定 ${requested}  ${uscc} ${name}`;
}

function rateCommand(): Command {
  return new Command('rate')
    .description('存量代码转换率 – how many codes of each department are converted, each code once')
    .option(
      '--json',
      'one JSON object a department: uscc, name, codes, converted, waiting, conflict, requested',
    )
    .action(({ json }: Json) =>
      withHubOrEmbedded(async ({ database }) => {
        for (const it of await listConversionRates(database)) print(json, it, rateLine(it));
      }),
    );
}

type RequestOptions = Omit<ConversionAsked, 'code'> & Json;

function requestCommand(): Command {
  return new Command('request')
    .description('申请核定 – says where a code leads; another person approves or refuses')
    .argument('<code>', 'the code, or <kind>:<code>')
    .requiredOption(
      '--uscc <code>',
      'unified code it leads to; for a unified code whose check fails, that code',
    )
    .requiredOption('--by <account>', 'account or staff number of the one who asks, never a name')
    .requiredOption('--reason <text>', 'why; nothing of a person')
    .option('--json', 'as JSON')
    .action((code: string, { uscc, by, reason, json }: RequestOptions) =>
      withHubOrEmbedded(async ({ database }) => {
        const id = await askConversion(database, { code, uscc, by, reason });
        print(json, { conversion: id, uscc, state: 'requested' }, `${id} → ${uscc}  待另一人核定`);
      }),
    );
}

function decisionCommand(
  name: 'approve' | 'refuse',
  description: string,
  decide: typeof approveConversion,
): Command {
  return new Command(name)
    .description(description)
    .argument('<code>', 'the code, or <kind>:<code>')
    .requiredOption('--by <account>', 'account of the one who decides; another than the one who asked')
    .option('--json', 'as JSON')
    .action((code: string, { by, json }: Json & { by: string }) =>
      withHubOrEmbedded(async ({ database }) => {
        const id = await decide(database, { code, by });
        print(json, { conversion: id, decision: name }, `${id}  ${name === 'approve' ? '已核定' : '已退回'}`);
      }),
    );
}

async function take({ connectors, catalogue, database, hub, secret }: HubParts, id: string, json?: boolean) {
  const parts = { connector: getConnector(connectors, id), catalogue, database, hub, secret };
  const receipt = await takeConverted(parts);
  const { read, accepted, unchanged, quarantined, refused } = receipt;
  const line = `${id}  ${read} = 接收 ${accepted} + 未变化 ${unchanged} + 仍待处理 ${quarantined} + 拒收 ${refused}`;
  print(json, receipt, line);
  return quarantined + refused;
}

function takeCommand(): Command {
  return new Command('take')
    .description('接收已转换的问题数据 – takes in rows that waited for a code which leads somewhere now')
    .argument('<connector...>', 'ids of connectors that the hub file names')
    .option('--json', 'one receipt a connector: read = accepted + unchanged + quarantined + refused')
    .addHelpText(
      'after',
      '\nA running hub does so before each scheduled run. Exit: 0 none waits any more · 2 some do.',
    )
    .action((ids: string[], { json }: Json) =>
      withHubOrEmbedded(async (parts) => {
        let left = 0;
        for (const id of ids) left += await take(parts, id, json);
        process.exitCode = left > 0 ? EXIT.partly : EXIT.ok;
      }),
    );
}

/** `xinqiao conversions`: codes of the time before unified codes, and unified codes whose check fails. */
export function conversionsCommand(): Command {
  return new Command('conversions')
    .description(
      '代码转换 – codes that stand in place of a unified code, where they lead, and the conversion rate',
    )
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(rateCommand())
    .addCommand(requestCommand())
    .addCommand(decisionCommand('approve', '核定 – lets the code lead where it was asked', approveConversion))
    .addCommand(decisionCommand('refuse', '退回 – leaves the code waiting', refuseConversion))
    .addCommand(takeCommand());
}

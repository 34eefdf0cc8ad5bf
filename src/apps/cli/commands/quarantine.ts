import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { HubError } from '../../../domain/hub-error.ts';
import { findRule } from '../../../domain/rules.ts';
import {
  approveOverride,
  collectFeedback,
  markOriginal,
  refuseOverride,
  resubmitFeedback,
  writeFeedback,
  type Decision,
  type FeedbackParts,
  type FeedbackReceipt,
} from '../../../intake/feedback/index.ts';
import {
  columnsOfEntry,
  getEntry,
  listEntries,
  type QuarantineDocument,
} from '../../../intake/quarantine/index.ts';
import type { HubParts } from '../../hub/index.ts';
import { EXIT } from '../exit-codes.ts';
import { parseLimit } from '../parse-limit.ts';
import { receiptLines } from '../receipt-lines.ts';
import { connectorOf } from '../run-parts.ts';
import { withHubOrEmbedded } from '../with-hub.ts';

const PAGE = 500;
/** Read by its owner alone: a copy of a department's own file holds what the hub never keeps. */
const PRIVATE = 0o600;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function feedbackParts(parts: HubParts, given: string): FeedbackParts {
  const { catalogue, database, hub, secret } = parts;
  return { connector: connectorOf(given, parts), catalogue, database, hub, secret };
}

/** Under which id rows wait: that of a connector, or `hub:<id>` for the records of a partner. */
const sourceOf = (given: string, parts: HubParts): string =>
  given.startsWith('hub:') ? given : connectorOf(given, parts).metadata.id;

const digestOf = ({ _id }: QuarantineDocument): string => _id.slice(_id.lastIndexOf('|') + 1);

/** An entry for machines: everything that quarantine holds of it, and that is redacted. */
function plain(entry: QuarantineDocument): Record<string, unknown> {
  const { _id, ...rest } = entry;
  return { id: digestOf(entry), entry: _id, ...rest };
}

function lineOf(entry: QuarantineDocument, today: string): string {
  const { row, status, findings, dueOn = '' } = entry;
  const late = dueOn !== '' && dueOn < today && status !== 'warned' ? ' 逾期' : '';
  const rules = [...new Set(findings.map((it) => it.rule))].join(' ');
  return `${digestOf(entry).slice(0, 12)}  ${status.padEnd(18)}  ${dueOn}${late}  ${row}  ${rules}`;
}

type ListOptions = { rule?: string; overdue?: boolean; warned?: boolean; limit: number; json?: boolean };

function listCommand(): Command {
  return new Command('list')
    .description('列出待处理的问题数据 – rows that wait for their department')
    .argument('<connector>', 'id or folder of a connector, or hub:<id> for the records of a partner')
    .option('--rule <id>', 'only rows against which this rule speaks, such as BAD_USCC')
    .option('--overdue', 'only rows past the day until which the department answers')
    .option('--warned', 'also rows that were accepted with a warning of the connector’s own rules')
    .option('--limit <count>', 'at most so many', parseLimit, 1_000)
    .option('--json', 'one JSON object a row')
    .addHelpText(
      'after',
      '\nColumns: id · state · answer until · row · rules. The id is what show, approve and refuse take.',
    )
    .action((id: string, options: ListOptions) =>
      withHubOrEmbedded(async (parts) => {
        const { database } = parts;
        const { rule = null, overdue = false, warned = false, limit, json } = options;
        const source = sourceOf(id, parts);
        let after: string | null = null;
        for (let left = limit; left > 0;) {
          const query = { source, rule, overdue, warned, after, limit: Math.min(PAGE, left) };
          const page: QuarantineDocument[] = await listEntries(database, query);
          for (const it of page)
            print(json === true ? JSON.stringify(plain(it)) : lineOf(it, database.clock.today()));
          after = page.at(-1)?._id ?? null;
          left = page.length < query.limit ? 0 : left - page.length;
        }
      }),
    );
}

function describe(entry: QuarantineDocument): string {
  const { redacted, findings, file, override } = entry;
  return [
    `${digestOf(entry)}  ${entry.status}`,
    `  行 ${entry.rowNumber ?? entry.row}${file ? `  ${file.name}  sha256 ${file.sha256}` : ''}`,
    `  反馈期限 ${entry.dueOn ?? '–'}  首次发现 ${entry.firstSeenAt.toISOString()}`,
    ...findings.map((it) => `  ${it.rule}  ${it.field ?? ''}  ${it.zh}  ${findRule(it.rule)?.fixZh ?? ''}`),
    ...(override ? [`  放行申请 ${override.requestedBy}: ${override.rules.join(' ')}`] : []),
    ...columnsOfEntry(entry).map((it) => `    ${it}: ${redacted[it] ?? ''}`),
  ].join('\n');
}

function showCommand(): Command {
  return new Command('show')
    .description('查看一条问题数据 – one row, redacted, with every finding')
    .argument('<connector>', 'id or folder of the connector')
    .argument('<entry>', 'id from "quarantine list", or its first eight digits')
    .option('--json', 'as JSON')
    .action((id: string, short: string, { json }: { json?: boolean }) =>
      withHubOrEmbedded(async (parts) => {
        const entry = await getEntry(parts.database, sourceOf(id, parts), short);
        print(json === true ? JSON.stringify(plain(entry)) : describe(entry));
      }),
    );
}

type ExportOptions = { out?: string; json?: string; original?: string; rule?: string };

async function writeExport(parts: FeedbackParts, options: ExportOptions): Promise<void> {
  const { out, json, original, rule = null } = options;
  if (out === undefined && (json === undefined || original !== undefined))
    throw new HubError('BAD_USAGE', 'config', 'give --out, or --json without --original');
  const marked = original === undefined ? null : await markOriginal(parts, original);
  const feedback = marked?.feedback ?? (await collectFeedback(parts, { rule, file: null }));
  if (out !== undefined) {
    const bytes = marked?.bytes ?? (await writeFeedback(feedback, parts.secret));
    writeFileSync(out, bytes, { mode: PRIVATE });
  }
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(feedback, null, 2)}\n`, { mode: PRIVATE });
  const { rows, remaining, rules } = feedback;
  print(
    `${feedback.connector}  ${feedback.id}  ${rows.length} 行${remaining > 0 ? `，另有 ${remaining} 行` : ''}`,
  );
  for (const it of rules) print(`  ${String(it.rows).padStart(7)}  ${it.rule}  ${it.reason}`);
}

function exportCommand(): Command {
  return new Command('export')
    .description('导出问题数据反馈表 – the workbook that goes back to the department')
    .argument('<connector>', 'id or folder of the connector')
    .option('--out <file.xlsx>', 'the workbook')
    .option('--json <file>', 'the same content as JSON (docs/schemas/feedback-export.json)')
    .option('--original <file>', 'mark a copy of the department’s own file: it is known again by its digest')
    .option('--rule <id>', 'only rows against which this rule speaks')
    .addHelpText(
      'after',
      `
The workbook holds the department's own columns, redacted: faulty cells red with a comment, then 行号 字段 原值 规则号
错误说明 修改建议 处置. The department corrects the cells, chooses 已更正, 确认无误 or 撤回, and sends the file back:
xinqiao quarantine resubmit <connector> file.xlsx --by <account>
With --original the copy holds what the file held, also what the hub never keeps: hand it only to its department.`,
    )
    .action((id: string, options: ExportOptions) =>
      withHubOrEmbedded((parts) => writeExport(feedbackParts(parts, id), options)),
    );
}

function resultLines({ results, unanswered }: FeedbackReceipt): string[] {
  const open = results.filter((it) => it.rules.length > 0);
  return [
    ...(unanswered === 0 ? [] : [`  未处置 ${unanswered} 行，继续保留`]),
    ...open.map(
      ({ row, outcome, rules }) =>
        `  第${row}行  ${outcome}  ${rules.map((it) => `${it} ${findRule(it)?.zh ?? ''}`).join('；')}`,
    ),
  ];
}

function resubmitCommand(): Command {
  return new Command('resubmit')
    .description('提交反馈表 – takes a corrected workbook back')
    .argument('<connector>', 'id or folder of the connector')
    .argument('<file.xlsx>', 'the workbook that was exported, corrected')
    .requiredOption('--by <account>', 'account or staff number of the one who brings it, never a name')
    .option('--json', 'the receipt as JSON')
    .addHelpText(
      'after',
      `
已更正: judged again and accepted like a run's row. 撤回: dropped; a record accepted before stays. 确认无误: closes a
warning; for other findings it asks for a second person (approve, refuse). Rows without an answer go on waiting.
The same file twice changes nothing. read = accepted + unchanged + quarantined + refused.
Exit: 0 all answered rows settled · 2 some rows refused or still in quarantine · 1 the file was not taken.`,
    )
    .action((id: string, file: string, { by, json }: { by: string; json?: boolean }) =>
      withHubOrEmbedded(async (parts) => {
        const receipt = await resubmitFeedback(feedbackParts(parts, id), { file, by });
        print(
          json === true
            ? JSON.stringify(receipt)
            : [receiptLines(receipt), ...resultLines(receipt)].join('\n'),
        );
        process.exitCode = receipt.quarantined + receipt.refused > 0 ? EXIT.partly : EXIT.ok;
      }),
    );
}

function decisionCommand(name: 'approve' | 'refuse', description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<connector>', 'id or folder of the connector')
    .argument('<entry>', 'id from "quarantine list", or its first eight digits')
    .requiredOption('--by <account>', 'account of the one who decides; another than the one who asked')
    .requiredOption('--reason <text>', 'why, kept with the record; nothing of a person')
    .option('--json', 'as JSON')
    .action((id: string, entry: string, options: Omit<Decision, 'entry'> & { json?: boolean }) =>
      withHubOrEmbedded(async (hub) => {
        const decision = { entry, by: options.by, reason: options.reason };
        const parts = feedbackParts(hub, id);
        const record = name === 'approve' ? await approveOverride(parts, decision) : null;
        if (record === null) await refuseOverride(parts, decision);
        const said = record === null ? '已退回，须更正' : `已放行  ${record.key}  v${record.v}`;
        print(options.json === true ? JSON.stringify({ entry, decision: name, record }) : said);
      }),
    );
}

/** `xinqiao quarantine`: rows that wait for their department, and the workbook that goes to and fro. */
export function quarantineCommand(): Command {
  return new Command('quarantine')
    .description('问题数据 – rows that wait for their department, and the feedback workbook')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(exportCommand())
    .addCommand(resubmitCommand())
    .addCommand(decisionCommand('approve', '审核放行 – lets a row in that its department holds right'))
    .addCommand(decisionCommand('refuse', '审核退回 – leaves such a row waiting for its correction'));
}

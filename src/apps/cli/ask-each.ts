import { HubError } from '../../domain/hub-error.ts';
import { runBulkQuery, type BulkQuery, type BulkSummary, type CodeSurvey } from '../bulk-query/index.ts';
import { variablesOf, withAsker, type AskOptions } from './ask-options.ts';
import { EXIT } from './exit-codes.ts';

/** One document for every code of a file. */
export type EachQuestion = {
  readonly query: string;
  readonly codes: BulkQuery['codes'];
  readonly out: string;
  readonly json: boolean;
  readonly options: AskOptions;
};

function formatOf(out: string): BulkQuery['format'] {
  if (/\.csv$/i.test(out)) return 'csv';
  if (/\.(ndjson|jsonl)$/i.test(out)) return 'ndjson';
  throw new HubError('BAD_USAGE', 'config', '--out ends in .ndjson or .csv');
}

/** Refused lines, by number and rule alone: a value may be a person's. */
function surveyText({ good, refused, refusals }: CodeSurvey, path: string): string {
  if (refused === 0) return '';
  const lines = refusals.map(({ line, refused: why }) => `  line ${line}: ${why.rule} ${why.zh} / ${why.en}`);
  const more = refused > refusals.length ? [`  … and ${refused - refusals.length} more`] : [];
  const head = `${path}: ${refused} lines are left out, ${good} codes are asked for`;
  return `${[head, ...lines, ...more].join('\n')}\n`;
}

function summaryText(it: BulkSummary): string {
  const errors = Object.entries(it.errors).map(([code, count]) => `  ${count} × ${code}`);
  return [
    `asked ${it.asked}${it.resumed ? ' (gone on with)' : ''}, left out ${it.refused}: ${it.rows} rows in ${it.out}`,
    `  ${it.records} records · ${it.withoutRecords} lists without · ${it.incomplete} lists not complete`,
    ...errors,
    '',
  ].join('\n');
}

/** Progress for a person: one line that is written over, and only on a terminal. */
function progressOn(stream: NodeJS.WriteStream): Pick<BulkQuery, 'onProgress' | 'waiting'> {
  if (!stream.isTTY) return { onProgress: () => undefined, waiting: { onWait: () => undefined } };
  const show = (text: string) => void stream.write(`\r\u001b[K${text}`);
  return {
    onProgress: ({ done, of, rows }) => {
      show(`${done}/${of} codes, ${rows} rows${done === of ? '\n' : ''}`);
    },
    waiting: { onWait: (ms) => show(`the hub asks to wait ${Math.ceil(ms / 1_000)} s …`) },
  };
}

/** Asks for every code of a file and prints what came of it. @returns the exit code */
export async function askEach(question: EachQuestion): Promise<number> {
  const { query, codes, out, json, options } = question;
  const format = formatOf(out);
  const variables = variablesOf(options);
  const towards = [options.url, options.as, options.purpose].join(' ');
  let exit: number = EXIT.failed;
  await withAsker(options, async (ask) => {
    let refusals: CodeSurvey['refusals'] = [];
    const summary = await runBulkQuery({
      ...{ document: query, variables, codes, out, format, towards, ask },
      onSurvey: (survey) => {
        ({ refusals } = survey);
        process.stderr.write(surveyText(survey, codes.path));
      },
      ...progressOn(process.stderr),
    });
    const listed = refusals.map(({ line, refused }) => ({ line, rule: refused.rule }));
    const words = json ? `${JSON.stringify({ ...summary, refusals: listed })}\n` : summaryText(summary);
    process.stdout.write(words);
    const inPart = summary.refused > 0 || Object.keys(summary.errors).length > 0;
    exit = inPart ? EXIT.partly : EXIT.ok;
  });
  return exit;
}

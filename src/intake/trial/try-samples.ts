import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubFile } from '../../contracts/manifests/index.ts';
import type { CalendarDay } from '../../domain/calendar/index.ts';
import { clockOf } from '../../infra/clock/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import { readSource, type LoadedConnector } from '../connectors/index.ts';
import { liveSourceOf } from '../live/index.ts';
import { RowJudge, type Verdict } from '../validation/index.ts';
import { placeSamples } from './place-samples.ts';

/** What became of the samples, and what the folder expects; null where it has no samples. */
export type SampleTrial = { readonly found: unknown; readonly expected: unknown } | null;

const HUB = { id: 'samples', soleTraders: 'on' } as const;

/** One row as `expected/verdicts.json` has it. */
function verdictLine(row: string, verdict: Verdict): object {
  const findings = verdict.findings.map((it) =>
    `${it.rule} ${it.field ?? ''} ${it.severity}`.replace('  ', ' '),
  );
  if (verdict.verdict !== 'candidate') return { row, verdict: verdict.verdict, findings };
  const { operation, subject, statement } = verdict.candidate;
  return { row, verdict: verdict.verdict, findings, operation, subject, statement };
}

async function judgeSamples(
  connector: LoadedConnector,
  catalogue: Catalogue,
  today: CalendarDay,
): Promise<object[]> {
  const judge = new RowJudge({ connector, catalogue, hub: HUB, run: 'samples', today });
  const lines: object[] = [];
  const onFault = (error: unknown): never => {
    throw error as Error;
  };
  for await (const { columns, rows } of readSource(connector, {
    cursor: null,
    isRead: () => false,
    onFault,
  })) {
    const verdicts = await judge.judgeRows(columns, rows);
    lines.push(...verdicts.map((it, place) => verdictLine(rows[place]?.row ?? '', it)));
  }
  return lines;
}

async function askSamples(
  connector: LoadedConnector,
  catalogue: Catalogue,
  today: CalendarDay,
): Promise<object> {
  const clock = clockOf(() => new Date(`${today}T04:00:00Z`));
  const live = liveSourceOf({ connector, catalogue, hub: HUB as HubFile, clock });
  const question = readFileSync(join(connector.directory, 'samples/question.json'), 'utf8');
  const { codes } = JSON.parse(question) as { codes: string[] };
  try {
    const answer = await live.ask({ codes, signal: new AbortController().signal });
    const records = answer.records.map(({ subject, statement, validUntil }) => ({
      subject,
      statement,
      validUntil,
    }));
    return { withheld: answer.withheld, records };
  } finally {
    await live.close?.();
  }
}

/** Reads the samples of a connector's folder as its source would be read, and judges them. */
async function judgeFolder(
  connector: LoadedConnector,
  catalogue: Catalogue,
  today: CalendarDay,
): Promise<unknown> {
  const placed = await placeSamples(connector);
  try {
    return connector.mode === 'live'
      ? await askSamples(placed.connector, catalogue, today)
      : await judgeSamples(placed.connector, catalogue, today);
  } finally {
    placed.close();
  }
}

const expectedFile = ({ directory, mode }: LoadedConnector): string =>
  join(directory, 'expected', mode === 'live' ? 'answer.json' : 'verdicts.json');

/** Takes what becomes of a folder's samples on a day as what is expected of them from now on. */
export async function expectSamples(
  connector: LoadedConnector,
  catalogue: Catalogue,
  today: CalendarDay,
): Promise<void> {
  const found = await judgeFolder(connector, catalogue, today);
  mkdirSync(join(connector.directory, 'expected'), { recursive: true });
  writeFileSync(expectedFile(connector), `${JSON.stringify(found, null, 2)}\n`);
  writeFileSync(join(connector.directory, 'expected/judged-on.txt'), `${today}\n`);
}

/** Compares what becomes of a folder's samples with what it expects. */
export async function trySamples(
  connector: LoadedConnector,
  catalogue: Catalogue,
  today: CalendarDay,
): Promise<SampleTrial> {
  const file = expectedFile(connector);
  if (!existsSync(join(connector.directory, 'samples')) || !existsSync(file)) return null;
  const expected: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return { found: await judgeFolder(connector, catalogue, today), expected };
}

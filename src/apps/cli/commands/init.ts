import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { slugSchema } from '../../../contracts/manifests/index.ts';
import { HubError } from '../../../domain/hub-error.ts';
import { systemClock } from '../../../infra/clock/index.ts';
import {
  draftConnector,
  originOf,
  sampleSource,
  type DraftedConnector,
  type DraftOwner,
  type Origin,
} from '../../../intake/drafting/index.ts';
import { NOT_CHECKED } from '../../../intake/preview/index.ts';
import { catalogueIn, withConnectors } from '../connectors-option.ts';
import { EXIT } from '../exit-codes.ts';
import { parseLimit } from '../parse-limit.ts';

type Options = {
  readonly id: string;
  readonly dir?: string;
  readonly connectors: string;
  readonly dataset?: string;
  readonly table?: string;
  readonly format?: string;
  readonly rows?: string;
  readonly sample: number;
  readonly ownerName?: string;
  readonly ownerCode?: string;
  readonly region?: string;
  readonly json?: boolean;
};

function idOf(text: string): string {
  const parsed = slugSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'no id');
}

const percent = (share: number): string => `${String(Math.round(share * 1000) / 10)}%`;

function ownerOf({ ownerName, ownerCode, region }: Options): DraftOwner | undefined {
  const given = [ownerName, ownerCode, region].filter((it) => it !== undefined);
  if (given.length === 0) return undefined;
  if (ownerName !== undefined && ownerCode !== undefined && region !== undefined)
    return { name: ownerName, uscc: ownerCode, region };
  throw new HubError('BAD_USAGE', 'config', 'give --owner-name, --owner-code and --region together');
}

function mappingLines({ guesses, missing }: DraftedConnector): string[] {
  const found = guesses.map((it) => `  ✓ ${it.target.padEnd(24)} ← ${it.profile.column}  (${it.by})`);
  return [...found, ...missing.map((it) => `  ✗ ${it.padEnd(24)} ← ?  no column was found: write it`)];
}

function qualityLines({ quality }: DraftedConnector): string[] {
  return quality.columns.map(({ column, filled, distinct, shapes, person }) => {
    const seen = shapes.slice(0, 3).map((it) => `${it.shape} ${percent(it.share)}`);
    const about = person === null ? '' : '  个人信息，不收';
    return `  ${column.padEnd(24)} filled ${percent(filled)}, ${String(distinct)} values: ${seen.join(', ')}${about}`;
  });
}

function draftLines(
  draft: DraftedConnector,
  order: { name: string; folder: string },
  origin: Origin,
): string {
  const { name, folder } = order;
  const { variable } = origin;
  const { rows, verdicts, findingsByRule } = draft.quality;
  const rules = Object.entries(findingsByRule).map(
    ([rule, count]) => `  ${String(count).padStart(6)} ${rule}`,
  );
  return [
    `✓ ${folder}: ${draft.dataset}`,
    'columns 列对应:',
    ...mappingLines(draft),
    'profile 质量概况:',
    ...qualityLines(draft),
    `of ${String(rows)} rows: ${String(verdicts.accepted)} would be accepted, ${String(verdicts.quarantined)} quarantined, ${String(verdicts.refused)} refused`,
    ...rules,
    `not checked 未核对: ${NOT_CHECKED.join(', ')} – only a run asks the registry`,
    'next 下一步:',
    ...(variable === null ? [] : [`  export ${variable.name}=…   # ${variable.holds}`]),
    `  edit ${join(folder, 'connector.yml')}: what says 请填写 or 请核对, then`,
    `  xinqiao check ${name} && xinqiao test --update ${name} && xinqiao preview ${name}`,
  ].join('\n');
}

/** `xinqiao init`: a new source in minutes. */
export function initCommand(): Command {
  return withConnectors(new Command('init'))
    .description(
      '新建连接器 – looks at a file, table or address and writes a commented manifest with its columns guessed',
    )
    .argument('<source>', 'a file, a SQLite file, mysql://…, postgresql://… or https://…')
    .requiredOption('--id <id>', 'id of the new connector, such as zc-licence', idOf)
    .option('--dir <folder>', 'where to write; connectors/sources/<id> by default')
    .option('--dataset <name@version>', 'which dataset; the one that suits best by default')
    .option('--table <name>', 'table of a database')
    .option('--format <format>', 'csv, tsv, xlsx, json, ndjson or xml, where the file name does not say it')
    .option('--rows <path>', 'where the rows stand in JSON (data.list), or the element of a row in XML')
    .option('--sample <rows>', 'how many rows to look at', parseLimit, 500)
    .option('--owner-name <name>', 'the department that supplies the rows')
    .option('--owner-code <uscc>', 'its unified social credit code')
    .option('--region <code>', 'its region, six digits as in GB/T 2260')
    .option('--json', 'one JSON object: directory, dataset, guesses, missing, quality')
    .addHelpText(
      'after',
      `
Writes connector.yml, a quality profile (profile.json), samples made of that profile with what becomes of them, and
template.xlsx, which the department can fill. No value of the source is written. What was guessed says so; what only a person knows – the
department, its legal basis – stands as 请填写, and nothing is collected before it is filled in.
Exit: 0 written · 1 nothing was written.`,
    )
    .action(async (source: string, options: Options) => {
      const { id, connectors, table, format, rows, dataset, json } = options;
      const catalogue = catalogueIn(connectors);
      const owner = ownerOf(options);
      const origin = await originOf(source, { id, table, format, rows });
      const sample = await sampleSource(origin.reads, options.sample);
      const directory = options.dir ?? join(connectors, 'sources', id);
      const order = {
        id,
        directory,
        catalogue,
        dataset,
        owner,
        source: origin.writes,
        table: origin.table,
        sample,
      };
      const draft = await draftConnector({ ...order, today: systemClock.today() });
      process.stdout.write(
        `${json === true ? JSON.stringify(draft) : draftLines(draft, { name: options.dir ?? id, folder: directory }, origin)}\n`,
      );
      process.exitCode = EXIT.ok;
    });
}

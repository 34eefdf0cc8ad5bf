import { Command } from 'commander';
import { NOT_CHECKED, previewConnector, type PreviewRow } from '../../../intake/preview/index.ts';
import { catalogueIn, withConnectors } from '../connectors-option.ts';
import { EXIT } from '../exit-codes.ts';
import { parseLimit } from '../parse-limit.ts';
import { connectorFolder } from './check.ts';

function rowLines({ row, verdict, findings, raw, mapped }: PreviewRow): string {
  return [
    `${verdict === 'accepted' ? '✓' : '✗'} row ${row}: ${verdict}`,
    ...findings.map((it) => `    ${it.rule} ${it.field ?? ''} ${it.zh} / ${it.en}`),
    ...(raw === null ? [] : [`    raw    ${JSON.stringify(raw)}`]),
    ...(mapped === null ? [] : [`    mapped ${JSON.stringify(mapped)}`]),
  ].join('\n');
}

type Options = { connectors: string; limit: number; json?: boolean };

async function preview(id: string, { connectors, limit, json }: Options): Promise<void> {
  const folder = connectorFolder(id, connectors);
  const catalogue = catalogueIn(connectors);
  let isSound = true;
  for await (const row of previewConnector(folder, { catalogue, limit })) {
    isSound &&= row.verdict === 'accepted';
    process.stdout.write(`${json === true ? JSON.stringify(row) : rowLines(row)}\n`);
  }
  if (json !== true)
    process.stdout.write(`未核对 not checked: ${NOT_CHECKED.join(', ')} – only a run asks the registry\n`);
  process.exitCode = isSound ? EXIT.ok : EXIT.partly;
}

/** `xinqiao preview`: what would become of the first rows; nothing is written. */
export function previewCommand(): Command {
  return withConnectors(new Command('preview'))
    .description('预览 – shows for the first rows: raw, mapped, verdict with every finding; writes nothing')
    .argument('<connector>', 'id or folder; needs no store, and no network but the source')
    .option('-n, --limit <rows>', 'how many rows', parseLimit, 20)
    .option('--json', 'one row a line: row, raw (redacted), mapped, verdict, findings, notChecked')
    .addHelpText(
      'after',
      '\nExit: 0 all would be accepted · 2 some would not · 1 the source or the manifest.',
    )
    .action(preview);
}

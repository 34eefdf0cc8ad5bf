import { Command } from 'commander';
import { previewConnector } from '../../../intake/preview/index.ts';
import { EXIT } from '../exit-codes.ts';
import { connectorFolder } from './check.ts';

/** `xinqiao preview`: what would become of the first rows; nothing is written. */
export function previewCommand(): Command {
  return new Command('preview')
    .description('预览 – shows for the first rows: raw, mapped, verdict with every finding; writes nothing')
    .argument('<connector>', 'id or folder')
    .option('--connectors <folder>', 'folder with sources, datasets and codes', 'connectors')
    .option('-n, --limit <rows>', 'how many rows', '20')
    .option('--json', 'one row a line: row, raw (redacted), mapped, verdict, findings')
    .action(async (id: string, options: { connectors: string; limit: string; json?: boolean }) => {
      const folder = connectorFolder(id, options.connectors);
      let rejected = 0;
      for await (const row of previewConnector(folder, {
        connectors: options.connectors,
        limit: Number(options.limit),
      })) {
        if (row.verdict !== 'accepted') rejected += 1;
        if (options.json === true) {
          process.stdout.write(`${JSON.stringify(row)}\n`);
          continue;
        }
        process.stdout.write(`${row.verdict === 'accepted' ? '✓' : '✗'} row ${row.row}: ${row.verdict}\n`);
        for (const it of row.findings)
          process.stdout.write(`    ${it.rule} ${it.field ?? ''} ${it.zh} / ${it.en}\n`);
        if (row.mapped !== null) process.stdout.write(`    ${JSON.stringify(row.mapped)}\n`);
      }
      process.exitCode = rejected === 0 ? EXIT.ok : EXIT.partly;
    });
}

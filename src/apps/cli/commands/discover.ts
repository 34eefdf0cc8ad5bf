import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { sourceSchema } from '../../../contracts/manifests/index.ts';
import { loadConnector } from '../../../intake/connectors/index.ts';
import { discoverSource, type Discovery } from '../../../intake/discovery/index.ts';
import { catalogueIn, withConnectors } from '../connectors-option.ts';
import { EXIT } from '../exit-codes.ts';
import { connectorFolder } from './check.ts';

const FORMATS = ['csv', 'tsv', 'xlsx', 'json', 'ndjson'] as const;

/** Each format of a plain folder as a source of its own. */
async function discoverFolder(folder: string): Promise<Discovery> {
  const names = readdirSync(folder).map((it) => it.toLowerCase());
  const present = FORMATS.filter((format) => names.some((it) => it.endsWith(`.${format}`)));
  const found = await Promise.all(
    present.map((format) => {
      const source = sourceSchema.parse({
        type: 'file',
        folder: resolve(folder),
        path: `*.${format}`,
        format,
      });
      return discoverSource(source, folder);
    }),
  );
  return { streams: found.flatMap((it) => it.streams), faults: found.flatMap((it) => it.faults) };
}

async function discover(given: string, connectors: string): Promise<Discovery> {
  const folder = connectorFolder(given, connectors);
  if (!existsSync(join(folder, 'connector.yml')) && existsSync(given)) return discoverFolder(given);
  const { source, directory } = loadConnector(folder, catalogueIn(connectors));
  return discoverSource(source, directory);
}

/** `xinqiao discover`: files, tables and columns of a source; shapes, never values. */
export function discoverCommand(): Command {
  return withConnectors(new Command('discover'))
    .description('探查来源 – lists files, tables and columns of a source: shapes, never values')
    .argument('<connector>', 'id or folder of a connector, or a folder of files')
    .option('--json', 'one JSON object: streams with columns, key and rows; faults')
    .action(async (given: string, options: { connectors: string; json?: boolean }) => {
      const found = await discover(given, options.connectors);
      if (options.json === true) process.stdout.write(`${JSON.stringify(found)}\n`);
      else {
        for (const { name, rows, columns, key } of found.streams) {
          process.stdout.write(`${name}${rows === null ? '' : `  ~${rows} rows`}\n`);
          for (const it of columns)
            process.stdout.write(`    ${it.name}  ${it.type}${key.includes(it.name) ? '  key' : ''}\n`);
        }
        for (const it of found.faults)
          process.stdout.write(`✗ ${it.stream ?? ''} ${it.code}: ${it.message}\n`);
      }
      process.exitCode = found.faults.length === 0 ? EXIT.ok : EXIT.failed;
    });
}

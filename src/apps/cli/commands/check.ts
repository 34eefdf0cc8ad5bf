import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { checkConnector } from '../../../intake/connectors/index.ts';
import type { Catalogue } from '../../../registry/catalogue/index.ts';
import { checkPlatform } from '../../../exchange/platforms/index.ts';
import type { FileFault } from '../../../infra/files/index.ts';
import { catalogueIn, withConnectors } from '../connectors-option.ts';
import { EXIT } from '../exit-codes.ts';

/** The folder of a connector: given as a folder, or as an id below the connectors folder. */
export function connectorFolder(given: string, connectors: string): string {
  return existsSync(join(given, 'connector.yml')) ? given : join(connectors, 'sources', given);
}

/** The folder of a platform: given as a folder, or as an id below the connectors folder; null where there is none. */
function platformFolder(given: string, connectors: string): string | null {
  return (
    [given, join(connectors, 'platforms', given)].find((it) => existsSync(join(it, 'platform.yml'))) ?? null
  );
}

/** A source or a platform, whichever has the folder. */
function faultsOf(given: string, connectors: string, catalogue: Catalogue): FileFault[] {
  const platform = platformFolder(given, connectors);
  if (platform !== null) return checkPlatform(platform, catalogue);
  return checkConnector(connectorFolder(given, connectors), catalogue);
}

/** `xinqiao check`: all faults of a manifest at once, each with its place. */
export function checkCommand(): Command {
  return withConnectors(new Command('check'))
    .description(
      '检查清单 – finds every fault of a connector or platform manifest, with line, column and the nearest key',
    )
    .argument('<connector...>', 'ids or folders; needs neither stores nor network')
    .option('--json', 'one JSON object a connector: id, ok, faults')
    .action((given: string[], options: { connectors: string; json?: boolean }) => {
      const catalogue = catalogueIn(options.connectors);
      let ok = true;
      for (const id of given) {
        const faults = faultsOf(id, options.connectors, catalogue);
        ok &&= faults.length === 0;
        if (options.json === true)
          process.stdout.write(`${JSON.stringify({ id, ok: faults.length === 0, faults })}\n`);
        else if (faults.length === 0) process.stdout.write(`✓ ${id}\n`);
        else
          process.stdout.write(
            `${faults.map((it) => `✗ ${it.file}:${it.line}:${it.column} ${it.message}`).join('\n')}\n`,
          );
      }
      process.exitCode = ok ? EXIT.ok : EXIT.failed;
    });
}

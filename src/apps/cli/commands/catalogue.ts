import { Command } from 'commander';
import { readReleased, releaseFiles } from '../../../registry/catalogue/index.ts';
import { catalogueIn, withConnectors } from '../connectors-option.ts';

type Options = { readonly connectors: string; readonly json?: boolean };

const print = (json: boolean | undefined, value: object, line: string): void => {
  process.stdout.write(`${json === true ? JSON.stringify(value) : line}\n`);
};

const withFolder = (command: Command): Command =>
  withConnectors(command).option('--json', 'one JSON object a line');

function listCommand(): Command {
  return withFolder(
    new Command('list').description('目录事项 – the items that may be collected, and the datasets'),
  ).action(({ connectors, json }: Options) => {
    const { items, datasets } = catalogueIn(connectors);
    const released = readReleased(connectors);
    for (const { code, title, dataset, sharing, frequency } of items.values())
      print(
        json,
        { item: code, title, dataset, sharing, frequency },
        `${code}  ${title.zh}  ${dataset}  ${sharing}`,
      );
    for (const { name, version, title } of datasets) {
      const file = `datasets/${name}@${version}.yml`;
      const state = released.has(file) ? 'released' : 'draft';
      print(
        json,
        { dataset: `${name}@${version}`, title, state },
        `${name}@${version}  ${title.zh}  ${state}`,
      );
    }
  });
}

function releaseCommand(): Command {
  return withFolder(
    new Command('release')
      .description('发布 – files that may not change from now on: records refer to them by name and version')
      .argument('<file...>', 'places below the folder, such as datasets/commendation@2.yml'),
  ).action((files: string[], { connectors, json }: Options) => {
    catalogueIn(connectors);
    const fresh = new Set(releaseFiles(connectors, files));
    for (const file of files)
      print(
        json,
        { file, released: fresh.has(file) },
        `${fresh.has(file) ? '✓ released' : '– was released'} ${file}`,
      );
  });
}

/** `xinqiao catalogue`: items, datasets and code lists, and which of them are released. */
export function catalogueCommand(): Command {
  return new Command('catalogue')
    .description('信息目录 – catalogue items, datasets and code lists; those released never change')
    .addCommand(listCommand())
    .addCommand(releaseCommand());
}

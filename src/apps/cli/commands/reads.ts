import { Command } from 'commander';
import { HubError } from '../../../domain/hub-error.ts';
import { listReads, type ReadEntry } from '../../../registry/audit/index.ts';
import { parseLimit } from '../parse-limit.ts';
import { withHub } from '../with-hub.ts';

type ListOptions = { producer?: string; connector?: string; limit: number; json?: boolean };

const PAGE = 500;

function lineOf(read: ReadEntry, json: boolean): string {
  const { at, actor: platform, purpose, details } = read;
  if (json) return JSON.stringify({ at, platform, purpose, ...details });
  const said = (before: string, name: string) => {
    const value = details[name];
    return typeof value === 'string' ? `${before}${value}` : '';
  };
  const keys = Array.isArray(details['keys']) ? details['keys'].length : 0;
  const who = `${platform}${said(' for ', 'onBehalfOf')}`;
  return `${at.toISOString()}  ${who}  ${purpose ?? ''}${said(' by ', 'basis')}  ${said('', 'dataset')}: ${keys}`;
}

function listCommand(): Command {
  return new Command('list')
    .description('查看读取记录 – which platforms read records of an authority or a connector, newest first')
    .option('--producer <code>', 'code of the authority that made the statements')
    .option('--connector <id>', 'connector the records came by')
    .option('--limit <count>', 'at most so many', parseLimit, 1_000)
    .option(
      '--json',
      'one JSON object a read: at, platform, onBehalfOf, purpose, basis, dataset, producer, source, keys',
    )
    .addHelpText(
      'after',
      '\nWhat the public reads is public and is not noted. Keys are hashes: no value stands in the log.',
    )
    .action(({ producer, connector, limit, json }: ListOptions) =>
      withHub(async ({ database }) => {
        if (producer === undefined && connector === undefined)
          throw new HubError('BAD_USAGE', 'config', 'give --producer or --connector');
        let after: ReadEntry | null = null;
        for (let left = limit; left > 0;) {
          const query = { producer: producer ?? null, source: connector ?? null, after };
          const page: ReadEntry[] = await listReads(database, { ...query, limit: Math.min(PAGE, left) });
          for (const read of page) process.stdout.write(`${lineOf(read, json === true)}\n`);
          after = page.at(-1) ?? null;
          left = page.length < Math.min(PAGE, left) ? 0 : left - page.length;
        }
      }),
    );
}

/** `xinqiao reads`: who read which records. */
export function readsCommand(): Command {
  return new Command('reads')
    .description('读取留痕 – who read which records, why and when')
    .addCommand(listCommand());
}

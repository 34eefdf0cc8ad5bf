import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import type { PartnerTerms } from '../../../contracts/manifests/index.ts';
import { HubError } from '../../../domain/hub-error.ts';
import type { Caller } from '../../../exchange/partners/index.ts';
import {
  compareWithFile,
  countClasses,
  countDifferences,
  DIFFERENCE_CLASSES,
  heal,
  invite,
  readBucketFile,
  reconcile,
  writeBucketFile,
  type Differences,
  type Direction,
} from '../../../exchange/reconciliation/index.ts';
import { EXIT } from '../exit-codes.ts';
import { withHub } from '../with-hub.ts';

type Options = {
  json?: boolean;
  heal?: boolean;
  rebuild?: boolean;
  statement?: string;
  bucketFile?: string;
  buckets?: number[];
  against?: string;
  elements?: string;
  held?: boolean;
};

const CLASS_WORDS: Readonly<Record<(typeof DIFFERENCE_CLASSES)[number], string>> = {
  missingThere: '对方缺 missing there',
  missingHere: '本方缺 missing here',
  staleThere: '对方旧 stale there',
  staleHere: '本方旧 stale here',
  conflicting: '冲突 conflicting',
};

function classesLine(found: Differences): string {
  const counts = countClasses(found);
  const some = DIFFERENCE_CLASSES.filter((it) => counts[it] > 0);
  return some.map((it) => `    ${counts[it]} ${CLASS_WORDS[it]}\n`).join('');
}

function bucketList(text: string): number[] {
  const buckets = text.split(',').map(Number);
  if (buckets.every((it) => Number.isInteger(it) && it >= 0 && it < 4_096)) return buckets;
  throw new InvalidArgumentError('whole numbers from 0 to 4095, with commas between');
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new HubError('FILE_MISSING', 'config', `${path} cannot be read`, { cause });
  }
}

/** Compares over the wire. @returns whether both sides are equal */
async function compare(caller: Caller, partner: PartnerTerms, options: Options): Promise<boolean> {
  const found = await reconcile(caller, partner, { rebuild: options.rebuild === true });
  const healing = options.heal === true ? await heal(caller, partner, found) : null;
  const asks = options.heal === true && partner.sends !== null;
  const theirs = asks ? await invite(caller, partner, { heal: true }) : null;
  if (options.statement !== undefined) {
    writeFileSync(options.statement, `${JSON.stringify(found.statement, null, 2)}\n`);
  }
  if (options.json === true) {
    const healed = healing === null ? {} : { healed: healing.driven, ...healing };
    process.stdout.write(`${JSON.stringify({ ...found, ...healed, theirs })}\n`);
  } else {
    const { from, to, records, rejected, equal, differences, inFlight } = found;
    const sent =
      healing === null
        ? ''
        : `, ${healing.driven} sent again, ${healing.reissued} issued again, ${healing.waiting} wait for their source`;
    process.stdout.write(
      `${equal ? '✓' : '✗'} ${from} → ${to}: ${records} records, ${rejected} refused there, ${inFlight.length} in flight, ${countDifferences(differences)} differences${sent}\n${classesLine(differences)}`,
    );
    if (theirs !== null) {
      process.stdout.write(
        `${theirs.equal ? '✓' : '✗'} ${to} → ${from}: ${theirs.records} records, ${theirs.inFlight} in flight, ${theirs.differences} differences, ${theirs.driven} sent again\n`,
      );
    }
  }
  return found.equal && (theirs?.equal ?? true);
}

/** Compares with files of a partner without the endpoint. @returns whether both sides are equal */
async function compareFiles(caller: Caller, partner: PartnerTerms, options: Options): Promise<boolean> {
  const side: Direction = options.held === true ? 'HELD' : 'OWED';
  const rows = await readBucketFile(caller, partner, { bytes: readBytes(options.against ?? ''), side });
  if (!('rows' in rows))
    throw new HubError('BAD_BUCKET_FILE', 'config', '--against takes the rows of all buckets');
  const given =
    options.elements === undefined
      ? null
      : await readBucketFile(caller, partner, { bytes: readBytes(options.elements), side });
  if (given !== null && !('elements' in given)) {
    throw new HubError('BAD_BUCKET_FILE', 'config', '--elements takes the elements of some buckets');
  }
  const found = await compareWithFile(caller, partner, { side, rows: rows.rows, elements: given });
  if (options.json === true)
    process.stdout.write(`${JSON.stringify({ partner: partner.id, side, ...found })}\n`);
  else {
    const { differences, equal, buckets } = found;
    const listed = buckets.length === 0 ? '' : `: ${buckets.join(',')}`;
    process.stdout.write(
      `${equal ? '✓' : '✗'} ${partner.id}: ${buckets.length} buckets differ${listed}\n${differences === null ? '' : classesLine(differences)}`,
    );
  }
  return found.equal;
}

async function writeFile(caller: Caller, partner: PartnerTerms, options: Options): Promise<boolean> {
  const side: Direction = options.held === true ? 'HELD' : 'OWED';
  const bytes = await writeBucketFile(caller, partner, { side, buckets: options.buckets ?? null });
  writeFileSync(options.bucketFile ?? '', bytes);
  const facts = { partner: partner.id, side, file: options.bucketFile, bytes: bytes.length };
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(facts)}\n`
      : `✓ ${facts.file ?? ''}: ${facts.bytes} bytes, ${side} of ${partner.id}\n`,
  );
  return true;
}

function workOf(options: Options): typeof compare {
  if (options.bucketFile !== undefined) return writeFile;
  return options.against === undefined ? compare : compareFiles;
}

/** `xinqiao reconcile`: does a partner hold exactly what it is owed? */
export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description('对账 – compares what a partner is owed with what it holds; both sign what they found')
    .argument('<partner...>', 'ids of partners in the hub file')
    .option('--heal', 'sends again what differs, and asks the partner to do the same for us; nothing else')
    .option('--rebuild', 'reads every record anew instead of what was touched since the last time')
    .option('--statement <file>', 'writes the statement signed by both; `xinqiao verify` checks it')
    .option('--bucket-file <file>', 'writes our buckets for a partner without the endpoint')
    .option('--buckets <list>', 'with --bucket-file: the elements of these buckets instead', bucketList)
    .option('--against <file>', "compares with a partner's bucket file")
    .option('--elements <file>', "with --against: the partner's elements of the buckets that differ")
    .option('--held', 'with files: what we hold of the partner, not what we owe it')
    .option(
      '--json',
      'one JSON object a partner: from, to, records, rejected, held, equal, differences, inFlight, statement, traffic; with --heal also driven, reissued, waiting, theirs',
    )
    .addHelpText(
      'after',
      `
After a restore from an older copy: let the sources run first, then heal.
Exit: 0 equal · 2 different or still moving (also when healed: compare again) · 1 failed.`,
    )
    .action((partners: string[], options: Options) =>
      withHub(async ({ caller }) => {
        const writes = options.statement ?? options.bucketFile ?? options.against;
        if (writes !== undefined && partners.length > 1) {
          throw new HubError('BAD_USAGE', 'config', 'a file is of one partner: name one at a time');
        }
        let equal = true;
        for (const id of partners) {
          if (!(await workOf(options)(caller, caller.directory.get(id), options))) equal = false;
        }
        process.exitCode = equal ? EXIT.ok : EXIT.partly;
      }),
    );
}

import { seededRandom } from '../../src/apps/demo/sources/organisations.ts';
import { openDatabase } from '../../src/infra/mongo/index.ts';
import { feed } from './feeder.ts';
import { Generator } from './generator.ts';

/** The feeder as a process: argument is one JSON object, each line on standard output a count of accepted versions. */
const given = JSON.parse(process.argv[2] ?? '{}') as {
  uri: string;
  database: string;
  seed: number;
  target: number;
  batch: number;
  perSecond: number;
  historyFile: string;
};
const database = await openDatabase({ uri: given.uri, name: given.database, production: false });
await feed({
  ...given,
  database,
  generator: new Generator(seededRandom(given.seed)),
  onProgress: (accepted, retries) => process.stdout.write(`${JSON.stringify({ accepted, retries })}\n`),
});
await database.close();

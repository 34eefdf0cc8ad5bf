import { downloadMongod, mongodIsOffered } from '../../src/apps/embedded/mongod.ts';

/** Downloads mongod into the user's cache folder; with `--probe` only asks whether its host answers (exit 0 or 1). */
if (process.argv.includes('--probe')) {
  process.exitCode = (await mongodIsOffered()) ? 0 : 1;
} else {
  await downloadMongod();
}

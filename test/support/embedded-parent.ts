import { join } from 'node:path';
import {
  findMongoProgram,
  findRedisProgram,
  startRedis,
  startStandIn,
  surroundings,
} from '../../src/apps/embedded/index.ts';

/** A program that owns two servers, prints their processes and addresses, and waits to be ended. */
const folder = process.argv[2] ?? '';
const around = surroundings();
const mongo = await startStandIn(
  findMongoProgram({ ...around, path: '', systemBinary: null }),
  join(folder, 'stores'),
);
const program = findRedisProgram(around);
if (program === null) throw new Error('this test needs Redis: run script/bootstrap');
const redis = await startRedis(program, join(folder, 'stores'));
process.stdout.write(`${JSON.stringify({ pids: [mongo.pid, redis.pid], uris: [mongo.uri, redis.url] })}\n`);

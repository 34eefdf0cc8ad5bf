import { RECEIVERS } from './receiver-variants.ts';
import { SENDERS } from './sender-variants.ts';
import { parseConfig } from '../../src/infra/config/index.ts';
import { listen, makeApp, openHub, openQueues } from '../../src/apps/hub/index.ts';

/**
 * A hub as a process that leaves one protective mechanism out: made of the parts that `src` is made of, with other
 * parts in one place. The argument names the variant; the settings are those of any hub.
 */
const name = process.argv[2] ?? '';
const parts = await openHub(parseConfig());
const queues = await openQueues(parts);
const app = makeApp(parts, queues);
const make = RECEIVERS[name] ?? SENDERS[name];
if (make === undefined) throw new Error(`no variant ${name}`);
const start = make({ parts, queues, app });
await listen(app, { host: parts.config.host, port: parts.config.port });
start();

import { toHubError } from '../../../src/domain/hub-error.ts';
import { readSource } from '../../../src/intake/connectors/index.ts';
import { hostileConnector } from './hostile-fixture.ts';

/** Reads a source in a process of its own and says how far its memory grew: one JSON object on standard output. */
const connector = hostileConnector(JSON.parse(process.env['XINQIAO_TEST_SOURCE'] ?? '') as object);
const before = process.resourceUsage().maxRSS;
const faults: string[] = [];
let rows = 0;
const onFault = (error: unknown): void => {
  const { code, kind, cause } = toHubError(error);
  faults.push(kind === 'defect' ? `${code}: ${String(cause)}` : code);
};
for await (const page of readSource(connector, { cursor: null, isRead: () => false, onFault }))
  rows += page.rows.length;
const grownMiB = (process.resourceUsage().maxRSS - before) / 1_024;
process.stdout.write(JSON.stringify({ rows, faults, grownMiB }));

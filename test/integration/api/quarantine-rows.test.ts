import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OWN_ASKER } from '../../../src/api/shared/index.ts';
import { listWaiting } from '../../../src/apps/hub/list-waiting.ts';
import { openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { quarantineModel, quarantineRows } from '../../../src/intake/quarantine/index.ts';
import { freshDatabase } from '../../support/servers.ts';
import { ask, codeOf, emptyPorts, type RunningHub } from './hub-fixture.ts';
import { startAskedHub } from './token-fixture.ts';

let hub: RunningHub;
let database: HubDatabase;

beforeAll(async () => {
  const { uri, dbName } = freshDatabase();
  database = await openDatabase({ uri, name: dbName, production: false });
  const listQuarantine: typeof emptyPorts.operations.listQuarantine = (query) => listWaiting(database, query);
  const more = { operations: { ...emptyPorts.operations, listQuarantine } };
  ({ hub } = await startAskedHub({ purposes: ['BIDDING'], scopes: ['read:licence'] }, { database, more }));
  const finding = { field: 'validTo', severity: 'reject', zh: '缺少有效期截止日', en: 'no end' } as const;
  await quarantineRows(
    database,
    ['1', '2', '3'].map((row) => ({
      source: row === '3' ? 'zc-licence' : 'zc-penalty',
      digest: row.repeat(64),
      row,
      redacted: { 20: '0', CF_ID: row, CF_FRDB: '王*' },
      columns: ['CF_ID', 'CF_FRDB', '20'],
      file: { name: 'a.csv', sha256: 'a'.repeat(64) },
      findings: [{ ...finding, rule: row === '1' ? 'BAD_DATE' : 'NO_EXPIRY' }],
      run: 'run-1',
    })),
  );
  await quarantineModel.in(database).updateOne({ row: '2' }, { $set: { dueOn: '2026-01-05' } });
});

afterAll(async () => hub.close());

const QUERY = `query Q($connector: ID, $rule: String, $overdue: Boolean, $first: Int, $after: String) {
  quarantineRows(connector: $connector, rule: $rule, overdue: $overdue, first: $first, after: $after) {
    pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { node { connector row file state dueOn overdue findings { rule field rejects reasonZh fixZh } cells { column value } } }
  } }`;
const rows = (variables: Record<string, unknown>) =>
  hub.api.ask({ source: QUERY, variables, asker: OWN_ASKER });

describe('rows in quarantine', () => {
  it('are refused to the public, to pages of a wrong size, and to cursors of another list', async () => {
    expect(codeOf(await ask(hub.url, '{ quarantineRows { edges { cursor } } }'))).toBe('SCOPE_MISSING');
    const codes = await Promise.all([rows({ first: 101 }), rows({ after: 'AAAA' })]);
    expect(codes.map((it) => it.errors[0]?.extensions.code)).toEqual(['BAD_PAGE', 'BAD_CURSOR']);
  });

  it('are shown to operators with their findings, redacted, in the order of the department’s columns', async () => {
    const { data } = await rows({ connector: 'zc-penalty', rule: 'NO_EXPIRY', overdue: true });
    expect(data).toMatchObject({
      quarantineRows: {
        edges: [
          {
            node: {
              connector: 'zc-penalty',
              row: '2',
              file: 'a.csv',
              state: 'OPEN',
              dueOn: '2026-01-05',
              overdue: true,
              findings: [
                { rule: 'NO_EXPIRY', field: 'validTo', rejects: true, reasonZh: '缺少有效期截止日' },
              ],
              cells: [
                { column: 'CF_ID', value: '2' },
                { column: 'CF_FRDB', value: '王*' },
                { column: '20', value: '0' },
              ],
            },
          },
        ],
      },
    });
  });

  it('come page by page, each once', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const { data } = await rows({ first: 1, after });
      const page = (data as { quarantineRows: Page }).quarantineRows;
      seen.push(...page.edges.map((it) => it.node.row));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(seen.sort()).toEqual(['1', '2', '3']);
  });
});

type Page = {
  edges: { node: { row: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import type { ConvertedReceipt } from '../../../src/intake/conversions/index.ts';
import type { RunReceipt } from '../../../src/intake/pipeline/index.ts';
import type { ConversionDocument, ConversionRate } from '../../../src/registry/conversions/index.ts';
import { recordModel } from '../../../src/registry/records/index.ts';
import { penaltyRow, type Row } from '../../support/feedback.ts';
import { environmentOf, makeHubWorld } from '../../support/hubs.ts';

const SUBJECT = '91370306QQQQ800174';
const NUMBER = '370306228010017';
const UNKNOWN_NUMBER = '370306228010025';
/** Each step starts a process of its own, on a machine that may be busy. */
const PATIENCE_MS = 120_000;

let database: HubDatabase;
let environment: NodeJS.ProcessEnv;
let inbox: string;

/** Runs the command line as a person does. */
function xinqiao(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    const args = [resolve('src/apps/cli/main.ts'), ...words];
    execFile(process.execPath, args, { env: environment }, (error, out, err) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

const asked = async <T>(...words: string[]): Promise<T> =>
  JSON.parse((await xinqiao(...words, '--json')).out) as T;

function supply(connector: string, rows: readonly Row[]): void {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((it) => row[it] ?? ''))];
  writeFileSync(join(inbox, connector, 'a.csv'), lines.map((it) => `${it.join(',')}\n`).join(''));
}

const old = (id: number, number: string, name: string): Row => ({
  ...penaltyRow(id),
  CF_XDR_SHXYM: '',
  CF_XDR_GSZC: number,
  CF_XDR_MC: name,
});

beforeAll(async () => {
  const world = await makeHubWorld();
  const config = world.configOf('zhoucun');
  inbox = join(world.folder, 'inbox');
  const file = parse(readFileSync(config.hubFile, 'utf8')) as { connectors: string[] };
  writeFileSync(config.hubFile, stringify({ ...file, connectors: ['zc-penalty', 'zc-register'] }));
  environment = { ...environmentOf(config), XQ_INBOX_DIR: inbox };
  for (const it of ['zc-penalty', 'zc-register']) mkdirSync(join(inbox, it), { recursive: true });
  database = await openDatabase({ uri: config.mongodbUri, name: config.database, production: false });
});

afterAll(async () => database.close());

describe('a department that still writes registration numbers', () => {
  it(
    'has its rows waiting, each number in the queue, none of them lost',
    async () => {
      supply('zc-penalty', [
        old(1, NUMBER, '测试登记甲有限公司'),
        old(2, UNKNOWN_NUMBER, '测试登记乙有限公司'),
        old(3, NUMBER, '测试登记甲分厂'),
      ]);
      const run = await asked<RunReceipt>('run', 'zc-penalty');
      expect([run.read, run.accepted, run.quarantined]).toEqual([3, 0, 3]);
      const [rate] = [await asked<ConversionRate>('conversions', 'rate')];
      expect(rate).toMatchObject({ codes: 2, converted: 0, waiting: 2 });
      const early = await xinqiao('conversions', 'approve', NUMBER, '--by', 'chief02');
      expect([early.code, early.err]).toEqual([1, expect.stringContaining('NO_CONVERSION_REQUESTED')]);
    },
    PATIENCE_MS,
  );

  it(
    'has the rows taken in whose number the subject register knows',
    async () => {
      const entry = { TYSHXYDM: SUBJECT, ZTMC: '测试登记甲有限公司', DJLB: '企业登记', DJZT: '存续' };
      supply('zc-register', [{ ...entry, HZRQ: '2021/03/04', JYQXZ: '长期', ZCH: NUMBER }]);
      expect((await asked<RunReceipt>('run', 'zc-register')).accepted).toBe(1);
      const taken = await asked<ConvertedReceipt>('conversions', 'take', 'zc-penalty');
      // The row of another name is a conflict now, and the number that nobody knows goes on waiting.
      expect([taken.read, taken.accepted, taken.quarantined]).toEqual([3, 1, 2]);
      const [record, ...others] = await recordModel.in(database).find({ kind: 'PENALTY' }).toArray();
      expect([record?.subject, others]).toEqual([SUBJECT, []]);
    },
    PATIENCE_MS,
  );

  it(
    'has the rest decided by two persons',
    async () => {
      const said = ['--uscc', SUBJECT, '--by', 'clerk01', '--reason', '登记档案可证'];
      const request = await xinqiao('conversions', 'request', UNKNOWN_NUMBER, ...said);
      expect(request.code).toBe(0);
      const alone = await xinqiao('conversions', 'approve', UNKNOWN_NUMBER, '--by', 'clerk01');
      expect([alone.code, alone.err]).toEqual([1, expect.stringContaining('SAME_PERSON_TWICE')]);
      expect((await xinqiao('conversions', 'approve', UNKNOWN_NUMBER, '--by', 'chief02')).code).toBe(0);
      const taken = await xinqiao('conversions', 'take', 'zc-penalty');
      expect([taken.code, taken.out.trim()]).toEqual([
        2,
        'zc-penalty  2 = 接收 1 + 未变化 0 + 仍待处理 1 + 拒收 0',
      ]);
      const shown = await asked<ConversionDocument>('conversions', 'show', UNKNOWN_NUMBER);
      expect(shown).toMatchObject({ state: 'converted', by: 'persons', request: { decidedBy: 'chief02' } });
      expect(await asked<ConversionRate>('conversions', 'rate')).toMatchObject({ codes: 2, converted: 2 });
    },
    PATIENCE_MS,
  );
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import iconv from 'iconv-lite';
import { feedbackExportSchema, type FeedbackExport } from '../../../src/contracts/messages/index.ts';
import { openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import type { FeedbackReceipt } from '../../../src/intake/feedback/index.ts';
import type { RunReceipt } from '../../../src/intake/pipeline/index.ts';
import { recordModel } from '../../../src/registry/records/index.ts';
import { OpenWorkbook, penaltyRow, type Row } from '../../support/feedback.ts';
import { environmentOf, makeHubWorld } from '../../support/hubs.ts';

/** What must be nowhere: numbers, names and words of persons, and columns that are not collected. */
const PERSONS = ['370306194910010002', '370306194910020003', '13800000000', '王测试', '张测试', '内部信息'];

/** The fault of each row, the rule that finds it, and what the department types in. */
const FAULTS: readonly (readonly [rule: string, wrong: Row, right: Row])[] = [
  ['NO_EXPIRY', { CF_YXQ: '' }, { CF_YXQ: '2027/03/05' }],
  ['BAD_AMOUNT', { CF_NR_FK: '五千元整' }, { CF_NR_FK: '0.5' }],
  ['BAD_USCC', { CF_XDR_SHXYM: '91370306QQQQ00013X' }, { CF_XDR_SHXYM: '91370306QQQQ00013R' }],
  ['DAMAGED_CODE', { CF_XDR_SHXYM: '9.1370306E+17' }, { CF_XDR_SHXYM: '91370306QQQQ00013R' }],
  ['BAD_DATE', { CF_JDRQ: '2026年2月30日' }, { CF_JDRQ: '2026/02/28' }],
  ['UNKNOWN_CODE_VALUE', { CF_CFLB: '打板子' }, { CF_CFLB: '罚款' }],
  ['DATE_ORDER', { CF_YXQ: '2026/03/01' }, { CF_YXQ: '2027/03/05' }],
  ['TOO_LONG', { CF_NR: '罚'.repeat(9_000) }, { CF_NR: '罚款0.5万元。' }],
  [
    'FUTURE_DATE',
    { CF_JDRQ: '2999/01/01', CF_YXQ: '2999/12/01' },
    { CF_JDRQ: '2026/03/05', CF_YXQ: '2027/03/05' },
  ],
  ['MISSING_FIELD', { CF_SY: '' }, { CF_SY: '经查，当事人未公示。' }],
  ['NO_LEGAL_BASIS', { CF_YJ: '' }, { CF_YJ: '企业信息公示暂行条例第十八条' }],
  ['CONTROL_CHARACTER', { CF_WFXW: '未按规定\u0001公示' }, {}],
];

const id = (place: number): string => String(101 + place);

/** The department's file: faults, a person, and persons' data beside. */
function fileOf(): Buffer {
  const beside = { NBXX: '内部信息：张测试370306194910020003', BZ: '联系电话13800000000' };
  const rows = [
    penaltyRow(100, beside),
    ...FAULTS.map(([, wrong], place) => penaltyRow(101 + place, { ...beside, ...wrong })),
    penaltyRow(200, { CF_XDR_SHXYM: '370306194910010002', CF_XDR_MC: '张测试' }),
  ];
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((it) => row[it] ?? ''))];
  return iconv.encode(lines.map((it) => `${it.map((cell) => `"${cell}"`).join(',')}\n`).join(''), 'gb18030');
}

/** Each step starts a process of its own, on a machine that may be busy. */
const PATIENCE_MS = 120_000;

let database: HubDatabase;
let folder: string;
let environment: NodeJS.ProcessEnv;
const printed: string[] = [];

/** Runs the command line as a person does; everything it prints is kept for the last look. */
function xinqiao(...words: string[]): Promise<{ code: number; out: string }> {
  return new Promise((done) => {
    const args = [resolve('src/apps/cli/main.ts'), ...words];
    execFile(process.execPath, args, { env: environment }, (error, out, err) => {
      printed.push(out, err);
      done({ code: typeof error?.code === 'number' ? error.code : 0, out });
    });
  });
}

beforeAll(async () => {
  const world = await makeHubWorld();
  const config = world.configOf('zhoucun');
  folder = world.folder;
  environment = { ...environmentOf({ ...config, logLevel: 'debug' }), XQ_INBOX_DIR: join(folder, 'inbox') };
  for (const name of ['XQ_FRXZCF_DSN', 'XQ_HOUSING_DSN', 'XQ_TAX_URL'])
    environment[name] ??= 'mysql://127.0.0.1:1/none';
  mkdirSync(join(folder, 'inbox', 'zc-penalty'), { recursive: true });
  writeFileSync(join(folder, 'inbox', 'zc-penalty', 'a.csv'), fileOf());
  database = await openDatabase({ uri: config.mongodbUri, name: config.database, production: false });
});

afterAll(async () => database.close());

describe('a department’s file with twelve kinds of faults', () => {
  let feedback: FeedbackExport;
  const workbook = (): string => join(folder, 'feedback.xlsx');

  it(
    'is refused as a workbook before it is one',
    async () => {
      const back = await xinqiao(
        'quarantine',
        'resubmit',
        'zc-penalty',
        join(folder, 'inbox/zc-penalty/a.csv'),
        '--by',
        'clerk01',
      );
      expect(back.code).toBe(1);
      expect(printed.join('')).toContain('FEEDBACK_UNREADABLE');
    },
    PATIENCE_MS,
  );

  it(
    'is collected: what is right is accepted, a person is refused, the rest waits',
    async () => {
      const { code, out } = await xinqiao('run', 'zc-penalty', '--json');
      const receipt = JSON.parse(out) as RunReceipt;
      expect([code, receipt.read, receipt.accepted, receipt.refused]).toEqual([2, 14, 1, 1]);
      expect(receipt.quarantined).toBe(FAULTS.length);
    },
    PATIENCE_MS,
  );

  it(
    'goes back as a workbook and as JSON with every fault named',
    async () => {
      const json = join(folder, 'feedback.json');
      const { code } = await xinqiao(
        'quarantine',
        'export',
        'zc-penalty',
        '--out',
        workbook(),
        '--json',
        json,
      );
      expect(code).toBe(0);
      feedback = feedbackExportSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
      const found = feedback.rows.map((it) => it.findings.map((one) => one.rule));
      FAULTS.forEach(([rule], place) => expect(found[place]).toContain(rule));
      const given = readFileSync(json, 'utf8');
      for (const trace of PERSONS) expect([trace, given.includes(trace)]).toEqual([trace, false]);
      const { out } = await xinqiao('quarantine', 'show', 'zc-penalty', feedback.rows[0]?.entry ?? '');
      expect(out).toContain('NO_EXPIRY');
    },
    PATIENCE_MS,
  );

  it(
    'comes back corrected, and every row is accepted once',
    async () => {
      const book = await OpenWorkbook.open(workbook());
      FAULTS.forEach(([, , right], place) => book.type(id(place), { ...right, 处置: '已更正' }));
      writeFileSync(workbook(), await book.bytes());
      const give = () =>
        xinqiao('quarantine', 'resubmit', 'zc-penalty', workbook(), '--by', 'clerk01', '--json');
      const first = await give();
      const receipt = JSON.parse(first.out) as FeedbackReceipt;
      expect(receipt.results.filter((it) => it.outcome !== 'created')).toEqual([]);
      expect([first.code, receipt.read, receipt.accepted, receipt.created]).toEqual([0, 12, 12, 12]);
      const again = await give();
      const second = JSON.parse(again.out) as FeedbackReceipt;
      expect([again.code, second.read, second.accepted, second.unchanged]).toEqual([0, 12, 0, 12]);
      expect((await xinqiao('quarantine', 'list', 'zc-penalty')).out).toBe('');
    },
    PATIENCE_MS,
  );

  it('leaves thirteen living records, and of a person nothing in any collection, log or line', async () => {
    const living = { 'head.operation': { $ne: 'WITHDRAW' as const } };
    expect(await recordModel.in(database).countDocuments(living)).toBe(FAULTS.length + 1);
    const collections = (await database.connection.db?.listCollections().toArray()) ?? [];
    const all = await Promise.all(
      collections.map((it) => database.connection.collection(it.name).find({}).toArray()),
    );
    const stored = JSON.stringify(all);
    expect(stored.length).toBeGreaterThan(10_000);
    const lines = printed.join('\n');
    for (const trace of PERSONS)
      expect([trace, stored.includes(trace), lines.includes(trace)]).toEqual([trace, false, false]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Platform } from '../../../../src/contracts/manifests/index.ts';
import { envelopeModel } from '../../../../src/exchange/delivery/index.ts';
import { findHealth } from '../../../../src/exchange/health/index.ts';
import { readTable, writeTable } from '../../../../src/infra/tables/index.ts';
import { eventually } from '../../../support/hubs.ts';
import { candidateOf, openPlatformWorld, type PlatformWorld } from './platform-world.ts';

const ID = 'zibo-credit';
const GB18030 = { format: 'csv', encoding: 'gb18030', bom: false } as const;
const COLUMNS = ['SJWYBS', 'SJBBH', 'CWDM', 'CWYY'];
let world: PlatformWorld;
let out: string;
let done: string;

beforeAll(async () => {
  world = await openPlatformWorld();
  out = join(world.folder, 'site/out');
  done = join(world.folder, 'site/in/done');
}, 60_000);
afterAll(() => world.close());
beforeEach(() => world.reset());

const health = async () => findHealth(world.parts.database, ID);
type Sftp = Extract<Platform['transport'], { type: 'sftp' }>;
const changed =
  (change: Partial<Sftp>) =>
  (it: Platform): Platform =>
    it.transport.type === 'sftp' ? { ...it, transport: { ...it.transport, ...change } } : it;
const report = async (name: string, rows: Record<string, string>[]): Promise<void> => {
  writeFileSync(join(out, name), await writeTable(COLUMNS, rows, GB18030));
  writeFileSync(join(out, `${name}.ok`), '');
};

describe('a platform with a file drop', () => {
  it('gets nothing while its host key is another one', async () => {
    await world.accept(candidateOf('钥-1'));
    const strange = changed({ hostKey: `SHA256:${'A'.repeat(43)}` });
    await world.drain(ID, world.channel(ID, strange));
    const found = await health();
    expect([found?.outages, found?.lastError]).toEqual([1, 'SFTP_HOST_KEY']);
    expect(readdirSync(join(world.folder, 'site/in')).filter((it) => it.includes('.csv'))).toEqual([]);
    const [envelope] = await envelopeModel.in(world.parts.database).find({ partner: ID }).toArray();
    expect(envelope?.failures).toBe(0);
  });

  it('that is gone is away and costs no attempt', async () => {
    await world.accept(candidateOf('失-1'));
    await world.drain(ID, world.channel(ID, changed({ port: 1 })));
    const [envelope] = await envelopeModel.in(world.parts.database).find({ partner: ID }).toArray();
    expect([envelope?.failures, (await health())?.lastError]).toEqual([0, 'SFTP_UNREACHABLE']);
  });

  it('that does not let us in is away, too', async () => {
    await world.accept(candidateOf('拒-1'));
    await world.drain(ID, world.channel(ID, changed({ user: 'nobody' })));
    expect((await health())?.lastError).toBe('SFTP_LOGIN');
  });

  it('leaves a report without its marker alone until it is whole', async () => {
    const [key = ''] = await world.accept(candidateOf('半-1'));
    await world.drain(ID);
    const row = { SJWYBS: key, SJBBH: '1', CWDM: '1001', CWYY: '未查询到主体' };
    await report('CWBG_half.csv', [row]);
    rmSync(join(out, 'CWBG_half.csv.ok'));
    await world.parts.channels.get(ID)!.collect();
    expect((await world.delivery(ID, key))?.state).toBe('stored');
    await report('CWBG_half.csv', [row]);
    await world.parts.channels.get(ID)!.collect();
    expect((await world.delivery(ID, key))?.state).toBe('rejected');
    expect(existsSync(join(out, 'done/CWBG_half.csv'))).toBe(true);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 3)],
    ['in another encoding', () => Buffer.from([0xff, 0xff, 0x80, 0x0a])],
    ['without its columns', () => Buffer.from('A,B\r\n1,2\r\n')],
  ])('has no effect by a report that is %s, and it is noted', async (what, spoil) => {
    const [key = ''] = await world.accept(candidateOf(`坏-${what}`));
    await world.drain(ID);
    const row = { SJWYBS: key, SJBBH: '1', CWDM: '1001', CWYY: '未查询到主体' };
    await report('CWBG_bad.csv', [row]);
    writeFileSync(join(out, 'CWBG_bad.csv'), spoil(readFileSync(join(out, 'CWBG_bad.csv'))));
    await world.parts.channels.get(ID)!.collect();
    expect([(await world.delivery(ID, key))?.state, await world.notes()]).toEqual([
      'stored',
      ['TABLE_MALFORMED'],
    ]);
    expect(readdirSync(join(out, 'refused')).some((it) => it.startsWith('CWBG_bad.csv'))).toBe(true);
  });

  it('may leave the same report twice, and one about records that nobody sent', async () => {
    const [key = ''] = await world.accept(candidateOf('再-1'));
    await world.drain(ID);
    const rows = [
      { SJWYBS: key, SJBBH: '1', CWDM: '0000', CWYY: '' },
      { SJWYBS: 'e'.repeat(64), SJBBH: '1', CWDM: '1001', CWYY: '' },
    ];
    for (let round = 0; round < 2; round += 1) {
      await report('CWBG_again.csv', rows);
      await world.parts.channels.get(ID)!.collect();
    }
    expect([await world.states(ID), await world.notes()]).toEqual([
      { accepted: 1 },
      ['PLATFORM_ANSWER_UNKNOWN', 'PLATFORM_ANSWER_UNKNOWN'],
    ]);
  });

  it('reads every character as it was written, rare ones too', async () => {
    const facts = '经查，当事人在𠮷祥街㙍路从事“经营”，含逗号,与"引号"。';
    const [key = ''] = await world.accept(candidateOf('字-1', { statement: { facts } }));
    await world.drain(ID);
    await world.hear(ID);
    const name = readdirSync(done).find((it) => readFileSync(join(done, it)).includes(key)) ?? '';
    const [row] = await readTable(readFileSync(join(done, name)), GB18030, ['SJWYBS']);
    expect(row).toMatchObject({ SJWYBS: key, CF_SY: facts, CF_CFLB: '警告、罚款', CF_NR_FK: '1.500000' });
    expect(row?.['CF_JDRQ']).toMatch(/^\d{4}\/\d{2}\/\d{2}$/);
  });

  it('may want a workbook, in which every cell is text', async () => {
    const [key = ''] = await world.accept(candidateOf('簿-1'));
    const workbook = (it: Platform): Platform =>
      it.transport.type === 'sftp'
        ? changed({ drop: { ...it.transport.drop, format: 'xlsx', file: '{to}_{batch}.xlsx' } })(it)
        : it;
    await world.drain(ID, world.channel(ID, workbook));
    expect(await world.states(ID)).toEqual({ stored: 1 });
    const arrivals = join(world.folder, 'site/in');
    const name = readdirSync(arrivals).find((it) => it.endsWith('.xlsx')) ?? '';
    expect(existsSync(join(arrivals, `${name}.ok`))).toBe(true);
    const rows = await readTable(readFileSync(join(arrivals, name)), { ...GB18030, format: 'xlsx' }, [
      'SJWYBS',
    ]);
    expect(rows).toMatchObject([{ SJWYBS: key, SJBBH: '1', CF_XDR_SHXYM: '91370306QQQQ00013R' }]);
  });

  it('has one row a version after its sender was killed in the middle of a drop', async () => {
    const keys = await world.accept(...Array.from({ length: 40 }, (_, at) => candidateOf(`断-${at}`)));
    const program = join(import.meta.dirname, 'drain-process.ts');
    const env = { ...process.env, ...world.environment, XINQIAO_LOG_LEVEL: 'silent' };
    const kill = async (moment: 'part' | 'file'): Promise<void> => {
      const child = spawn(process.execPath, [program, moment], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
      child.kill('SIGKILL');
      await ended;
    };
    for (const moment of ['part', 'file'] as const) {
      await kill(moment);
      await envelopeModel
        .in(world.parts.database)
        .updateMany({ partner: ID }, { $set: { leaseUntil: new Date(0), nextAttemptAt: new Date(0) } });
    }
    await world.lookAgain();
    await world.drain(ID);
    await eventually('every record has the word of the platform', async () => {
      await world.hear(ID);
      return (await world.states(ID)).accepted === keys.length;
    });
    expect(keys.every((it) => world.shown(ID).get(it) === 1)).toBe(true);
    const reports = readdirSync(join(out, 'done')).filter((it) =>
      readFileSync(join(out, 'done', it)).includes(keys[0]!),
    );
    expect(reports).toHaveLength(1);
  });
});

import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { COLLECTIONS } from '../../../src/apps/hub/collections.ts';
import { gateSchema, type HubFile } from '../../../src/contracts/manifests/index.ts';
import { systemClock } from '../../../src/infra/clock/index.ts';
import { silentLog } from '../../../src/infra/log/index.ts';
import { ensureIndexes, openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { generateSigningKey, signerOf, type Signer } from '../../../src/infra/signing/index.ts';
import { loadConnector, type LoadedConnector } from '../../../src/intake/connectors/index.ts';
import { runConnector, type RunOptions, type RunReceipt } from '../../../src/intake/pipeline/index.ts';
import { loadCatalogue } from '../../../src/registry/catalogue/index.ts';
import { recordModel } from '../../../src/registry/records/index.ts';
import { freshDatabase } from '../../support/servers.ts';

const CONNECTORS = join(import.meta.dirname, '../../../connectors');
const catalogue = loadCatalogue(CONNECTORS);
const key = generateSigningKey();

/** One row of the department's export by column. */
export type Row = Record<string, string>;

/** A sound row of a penalty on a made-up organisation. */
export const row = (id: number, changes: Row = {}): Row => ({
  CF_ID: String(id),
  CF_XDR_MC: '测试甲有限公司',
  CF_XDR_LB: '法人及非法人组织',
  CF_XDR_SHXYM: '91370306QQQQ00013R',
  CF_FRDB: '王测试',
  CF_WSH: `周市监罚字〔2026〕${id}号`,
  CF_WFXW: '未按规定公示信息',
  CF_SY: '经查，当事人未公示。',
  CF_YJ: '企业信息公示暂行条例第十八条',
  CF_CFLB: '罚款',
  CF_NR: '罚款0.5万元。',
  CF_NR_FK: '0.5',
  CF_JDRQ: '2026/03/05',
  CF_YXQ: '2027/03/05',
  CF_CFJG: '淄博市周村区市场监督管理局',
  CF_CFJGDM: '11370306QQQQ90012L',
  SFCX: '0',
  NBXX: '内部信息',
  ...changes,
});

/** Sound rows by their numbers. */
export const rows = (from: number, to: number, changes: Row = {}): Row[] =>
  Array.from({ length: to - from + 1 }, (_, at) => row(from + at, changes));

/** One department with a folder and a database of its own. */
export type RunWorld = {
  readonly database: HubDatabase;
  readonly connector: LoadedConnector;
  readonly signer: Signer;
  readonly publicKey: string;
  readonly parts: Omit<RunOptions, 'connector'>;
  /** Writes one file of the department. */
  supply(rows: readonly Row[], name?: string): void;
  /** Runs it, by a manifest whose gates are as given. */
  run(gate?: object, more?: Partial<RunOptions>): Promise<RunReceipt>;
  /** Versions of every record, by the source's name for its row. */
  versions(): Promise<Record<string, string[]>>;
  close(): Promise<void>;
};

/** Opens a department's world on the run's MongoDB-protocol server. */
export async function openRunWorld(): Promise<RunWorld> {
  const { uri, dbName } = freshDatabase();
  const database = await openDatabase({ uri, name: dbName, production: false });
  await ensureIndexes(database, COLLECTIONS);
  const inbox = mkdtempSync(join(tmpdir(), 'xinqiao-run-'));
  const folder = join(inbox, 'zc-penalty');
  mkdirSync(folder);
  const loaded = loadConnector(join(CONNECTORS, 'sources/zc-penalty'), catalogue);
  if (loaded.source.type !== 'file') throw new Error('the department sends files');
  const connector: LoadedConnector = { ...loaded, source: { ...loaded.source, folder } };
  const signer = signerOf(createPrivateKey(key.privatePem), 'k1');
  const hub = { id: 'zhoucun', soleTraders: 'on' } as HubFile;
  const secret = Buffer.from('a secret of this test');
  const parts = { catalogue, database, hub, clock: systemClock, log: silentLog(), secret, signer };
  return {
    ...{ database, connector, signer, publicKey: key.publicKey, parts },
    supply(supplied, name = 'a.csv') {
      const columns = Object.keys(supplied[0] ?? {});
      const lines = [columns, ...supplied.map((it) => columns.map((column) => it[column] ?? ''))];
      writeFileSync(join(folder, name), iconv.encode(`${lines.join('\n')}\n`, 'gb18030'));
    },
    run: (gate = {}, more = {}) =>
      runConnector({ ...parts, connector: { ...connector, gate: gateSchema.parse(gate) }, ...more }),
    async versions() {
      const found = await recordModel.in(database).find({}).sort({ ownerRow: 1 }).toArray();
      return Object.fromEntries(
        found.map((it) => [
          it.ownerRow?.split('|')[1] ?? it._id,
          it.versions.map(({ v, operation }) => `${v} ${operation}`),
        ]),
      );
    },
    async close() {
      await database.close();
      rmSync(inbox, { recursive: true, force: true });
    },
  };
}

/** The five counts of a receipt that add up to what was read, with what is staged. */
export const counts = (it: RunReceipt): number[] => [
  it.read,
  it.accepted,
  it.unchanged,
  it.quarantined,
  it.refused,
  it.staged,
];

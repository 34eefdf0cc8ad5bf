import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Platform } from '../../../../src/contracts/manifests/index.ts';
import { startCreditSite, type CreditSite } from '../../../../src/apps/demo/platforms/credit-site.ts';
import { startTradingCentre } from '../../../../src/apps/demo/platforms/trading-centre.ts';
import { openHub, type HubParts } from '../../../../src/apps/hub/index.ts';
import { addCalendarDays, dayInShanghai } from '../../../../src/domain/calendar/index.ts';
import { contentHash, recordKey, tombstoneStatement } from '../../../../src/domain/record/index.ts';
import {
  countDeliveries,
  deliveryModel,
  drainPartner,
  envelopeModel,
  type DeliveryDocument,
} from '../../../../src/exchange/delivery/index.ts';
import { healthModel, paceModel } from '../../../../src/exchange/health/index.ts';
import { openLink, PlatformChannel, platformRowModel } from '../../../../src/exchange/platforms/index.ts';
import { cursorModel, Relay } from '../../../../src/exchange/relay/index.ts';
import { listAudit } from '../../../../src/registry/audit/index.ts';
import { Sequencer } from '../../../../src/registry/changes/index.ts';
import { acceptBatch, type Candidate } from '../../../../src/registry/records/index.ts';
import { makeHubWorld } from '../../../support/hubs.ts';
import { openMeddlingDoor, type MeddlingDoor } from '../../../support/meddling-door.ts';
import { startPublicityServer } from '../../../support/publicity-server.ts';
import { openSqlDatabase, type SqlDatabase } from '../../../support/sql-database.ts';

/** The three reference platforms of `connectors/platforms`. */
export const PLATFORMS = ['resource-trading', 'enterprise-publicity', 'zibo-credit'] as const;
/** One word of {@link PLATFORMS}. */
export type PlatformId = (typeof PLATFORMS)[number];

const PRODUCER = { name: '淄博市周村区市场监督管理局', uscc: '11370306QQQQ90012L', region: '370306' };
/** Known to every platform. */
export const SUBJECT = { uscc: '91370306QQQQ00013R', name: '测试一号商贸有限公司' };
/** Known to none: its name there is another. */
export const STRANGER = { uscc: '91370306QQQQ0011X0', name: '测试未登记商贸有限公司' };

/** What a test changes of the record it lets the hub accept. */
export type Change = Partial<Pick<Candidate, 'subject' | 'validUntil' | 'disclosure' | 'operation'>> & {
  readonly statement?: Readonly<Record<string, string>>;
};

/** A record of a penalty decided yesterday. */
export function candidateOf(documentNo: string, change: Change = {}): Candidate {
  const decidedOn = addCalendarDays(dayInShanghai(new Date()), -1);
  const validUntil = change.validUntil ?? addCalendarDays(decidedOn, 365);
  const subject = change.subject ?? SUBJECT;
  const living = {
    documentNo,
    violationType: '未按规定公示信息',
    facts: '经查属实。',
    basis: '中华人民共和国行政处罚法第九条',
    categories: ['WARNING', 'FINE'],
    content: '罚款',
    fineWanYuan: '1.500000',
    decidedOn,
    validTo: validUntil,
    authorityName: PRODUCER.name,
    authorityCode: PRODUCER.uscc,
    ...change.statement,
  };
  const withdrawn = change.operation === 'WITHDRAW';
  const statement = withdrawn ? tombstoneStatement({ reason: 'WITHDRAWN' }) : living;
  const identity = { documentNo, decidedOn };
  return {
    key: recordKey({ kind: 'PENALTY', producer: PRODUCER.uscc, subject: subject.uscc, identity }),
    kind: 'PENALTY',
    dataset: 'administrative_penalty',
    datasetVersion: 1,
    itemCode: 'XZCF',
    subject,
    producer: PRODUCER,
    origin: 'zibo',
    via: [],
    receivedFrom: null,
    owner: 'connector:zc-penalty',
    ownerRow: null,
    operation: change.operation ?? 'UPSERT',
    v: null,
    statement,
    hash: contentHash(statement),
    decidedOn,
    validFrom: withdrawn ? null : decidedOn,
    validUntil: withdrawn ? null : validUntil,
    disclosure: change.disclosure ?? { class: 'PUBLIC', publishable: true, reason: null },
    provenance: {
      source: 's',
      run: crypto.randomUUID(),
      row: null,
      ruleVersion: '1',
      legalBasis: { document: 'd', article: 'a' },
      message: null,
    },
    acceptedAt: null,
    replaces: null,
  };
}

/** A city that delivers, step by step, to running platforms of three transports. */
export type PlatformWorld = {
  readonly folder: string;
  readonly parts: HubParts;
  /** A way to the trading centre that may be meddled with. */
  readonly door: MeddlingDoor;
  readonly site: CreditSite;
  /** Front-exchange database of the publicity system. */
  readonly front: SqlDatabase;
  /** Settings of the hub, for its command line. */
  readonly environment: Readonly<Record<string, string>>;
  /** Accepts records and opens their deliveries; gives their keys. */
  accept(...candidates: Candidate[]): Promise<string[]>;
  /** A channel of its own. @param change alters the manifest */
  channel(id: PlatformId, change?: (platform: Platform) => Platform): PlatformChannel;
  /** Drains once; `random` is what spreads retries. */
  drain(id: PlatformId, channel?: PlatformChannel, random?: number): Promise<number>;
  /** Lets the platform work and looks for its word. */
  hear(id: PlatformId, channel?: PlatformChannel): Promise<number>;
  /** Lets the platforms look through what arrived. */
  work(): Promise<void>;
  states(id: PlatformId): Promise<Record<string, number>>;
  delivery(id: PlatformId, key: string, v?: number): Promise<DeliveryDocument | null>;
  /** Versions of the records that a platform shows, by record key. */
  shown(id: PlatformId): Map<string, number>;
  /** Codes of the notes about answers that had no effect. */
  notes(): Promise<(string | null)[]>;
  /** Lets waits for a platform that is away be over. */
  lookAgain(): Promise<void>;
  /** Forgets deliveries, envelopes, health, pace and what platforms were told. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

const partnerOf = (id: PlatformId) => ({
  id,
  platform: id,
  name: { zh: id, en: id },
  relation: 'PEER' as const,
  region: '370300',
  keys: [],
  receives: null,
  sends: null,
  pull: null,
  query: null,
  ask: null,
});

/** The same platform with its tables in another database. */
function movedTo(front: SqlDatabase, platform: Platform): Platform {
  const { transport } = platform;
  return transport.type === 'sql'
    ? { ...platform, transport: { ...transport, driver: front.driver } }
    : platform;
}

/**
 * Starts the stand-ins of the three platforms and opens the city's hub.
 *
 * @param driver where the publicity system has its tables; its manifest is read for that one
 */
export async function openPlatformWorld(driver: SqlDatabase['driver'] = 'sqlite'): Promise<PlatformWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-platforms-'));
  const base = new Map([
    [SUBJECT.uscc, SUBJECT.name],
    [STRANGER.uscc, '测试另名商贸有限公司'],
  ]);
  const centre = await startTradingCentre(base);
  const door = await openMeddlingDoor(centre.url);
  const front = await openSqlDatabase(driver);
  const publicity = await startPublicityServer(front, base);
  const site = await startCreditSite(join(folder, 'site'), base, null);
  const settings = {
    XQ_TRADING_URL: door.url,
    XQ_TRADING_AUTHORIZATION: centre.authorization,
    XQ_PUBLICITY_DSN: front.dsn,
    XQ_ZIBO_CREDIT_HOST: '127.0.0.1',
    XQ_ZIBO_CREDIT_PORT: String(site.sftp.port),
    XQ_ZIBO_CREDIT_PASSWORD: site.sftp.password,
    XQ_ZIBO_CREDIT_HOST_KEY: site.sftp.hostKey,
  };
  Object.assign(process.env, settings);
  const world = await makeHubWorld();
  const config = world.configOf('zibo', (file) => ({
    ...file,
    connectors: [],
    partners: PLATFORMS.map(partnerOf),
  }));
  const parts = await openHub(config);
  const { caller, database, catalogue, log, channels } = parts;
  const sequencer = new Sequencer(database);
  const relay = new Relay(database, caller.directory);
  const opened: PlatformChannel[] = [];
  const channelOf = (id: PlatformId, change: (platform: Platform) => Platform): PlatformChannel => {
    const partner = caller.directory.get(id);
    const platform = change(movedTo(front, caller.directory.findPlatform(partner)!));
    const link = openLink(platform);
    const channel = new PlatformChannel({ caller, catalogue, log, partner, platform, link });
    opened.push(channel);
    return channel;
  };
  const moved = driver === 'sqlite' ? null : channelOf('enterprise-publicity', (it) => it);
  const own = (id: PlatformId): PlatformChannel =>
    id === 'enterprise-publicity' && moved !== null ? moved : channels.get(id)!;
  const standIns = { 'resource-trading': centre, 'enterprise-publicity': publicity, 'zibo-credit': site };
  return {
    folder,
    parts,
    door,
    site,
    front,
    environment: {
      ...settings,
      XINQIAO_HUB_FILE: config.hubFile,
      XINQIAO_MONGODB_URI: config.mongodbUri,
      XINQIAO_DATABASE: config.database,
      XINQIAO_SIGNING_KEY_FILE: config.signingKeyFile,
    },
    async accept(...candidates) {
      await acceptBatch(database, candidates);
      while ((await sequencer.step()) + (await relay.step()) > 0);
      // The relay's reading of the database's clock may be some milliseconds ahead of it: due now, not soon.
      await deliveryModel.in(database).updateMany({ state: 'pending' }, { $set: { dueAt: new Date(0) } });
      return candidates.map((it) => it.key);
    },
    channel: (id, change = (it) => it) => channelOf(id, change),
    drain: (id, channel = own(id), random = 0) =>
      drainPartner({ caller, partner: caller.directory.get(id), log, random: () => random, channel }),
    async hear(id, channel = own(id)) {
      if (id === 'enterprise-publicity') await publicity.look();
      if (id === 'zibo-credit') await site.look();
      return channel.collect();
    },
    async work() {
      await publicity.look();
      await site.look();
    },
    states: (id) => countDeliveries(database, id),
    delivery: (id, key, v = 1) => deliveryModel.in(database).findOne({ _id: `${id}|${key}|${v}` }),
    shown: (id) => new Map([...standIns[id].shown()].map(([key, it]) => [key, it.version])),
    async notes() {
      return (await listAudit(database, 'PLATFORM_ANSWER_REFUSED', 100)).map((it) => it.code);
    },
    async lookAgain() {
      await healthModel.in(database).updateMany({}, { $set: { openUntil: new Date(0) } });
    },
    async reset() {
      door.meddle(() => 'forward');
      for (const model of [deliveryModel, envelopeModel, healthModel, paceModel, platformRowModel])
        await model.in(database).deleteMany({});
      await database.connection.collection('audit').deleteMany({});
      await cursorModel.in(database).deleteMany({ _id: { $regex: '^platform-' } });
    },
    async close() {
      for (const it of opened) await it.close();
      await parts.close();
      await door.close();
      for (const it of [centre, site, front]) await it.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

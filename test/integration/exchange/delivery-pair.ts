import { openHub, startHub, type HubParts, type RunningHub } from '../../../src/apps/hub/index.ts';
import { contentHash, tombstoneStatement } from '../../../src/domain/record/index.ts';
import {
  countDeliveries,
  deliveryModel,
  drainPartner,
  envelopeModel,
  type DeliveryState,
} from '../../../src/exchange/delivery/index.ts';
import { healthModel } from '../../../src/exchange/health/index.ts';
import { Relay } from '../../../src/exchange/relay/index.ts';
import { Sequencer } from '../../../src/registry/changes/index.ts';
import { acceptBatch, findRecord, type Candidate } from '../../../src/registry/records/index.ts';
import { penaltyOf as candidateOf } from '../../support/penalties.ts';
import { makeHubWorld } from '../../support/hubs.ts';
import { openMeddlingDoor, type MeddlingDoor } from '../../support/meddling-door.ts';

/** A district that delivers, step by step, to a running city through a door that may be meddled with. */
export type DeliveryPair = {
  readonly door: MeddlingDoor;
  readonly zhoucun: HubParts;
  readonly zibo: RunningHub;
  /** Settings of the district, for its command line. */
  readonly environment: Readonly<Record<string, string>>;
  /** Accepts new records at the district and opens their deliveries to the city; gives their keys. */
  owe(...documentNos: string[]): Promise<string[]>;
  /** Corrects a record at the district and opens the delivery of its new version. */
  correct(documentNo: string, fineWanYuan?: string): Promise<void>;
  /** Accepts versions at the district and opens their deliveries. */
  accept(...candidates: Candidate[]): Promise<void>;
  /** Withdraws a record at the district and opens the delivery of its withdrawal. */
  withdraw(documentNo: string): Promise<void>;
  /** Opens deliveries of what was accepted by itself. */
  relay(): Promise<void>;
  /** Drains once; `random` is what spreads retries. */
  drain(random?: number): Promise<number>;
  states(): Promise<Partial<Record<DeliveryState, number>>>;
  /** Lets the wait for a partner that is away be over. */
  lookAgain(): Promise<unknown>;
  /** Versions of a record that the city holds. */
  atCity(key: string): Promise<number>;
  /** Forgets deliveries, envelopes and health at the district. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

/** Opens the pair. */
export async function openDeliveryPair(): Promise<DeliveryPair> {
  const world = await makeHubWorld();
  const door = await openMeddlingDoor(world.facts.zibo.url);
  const zibo = await startHub({ ...world.configOf('zibo'), publicUrl: door.url }, ['exchange']);
  const config = world.configOf('zhoucun', (file) => ({
    ...file,
    partners: file.partners.map((it) => (it.id === 'zibo' ? { ...it, url: door.url } : it)),
  }));
  const zhoucun = await openHub(config);
  const { caller, database, log } = zhoucun;
  const sequencer = new Sequencer(database);
  const relay = new Relay(database, caller.directory);
  return {
    door,
    zhoucun,
    zibo,
    environment: {
      XINQIAO_HUB_FILE: config.hubFile,
      XINQIAO_MONGODB_URI: config.mongodbUri,
      XINQIAO_DATABASE: config.database,
      XINQIAO_SIGNING_KEY_FILE: config.signingKeyFile,
    },
    async owe(...documentNos) {
      const candidates = documentNos.map((it) => candidateOf(it));
      await acceptBatch(database, candidates);
      while ((await sequencer.step()) + (await relay.step()) > 0);
      return candidates.map((it) => it.key);
    },
    async relay() {
      while ((await sequencer.step()) + (await relay.step()) > 0);
    },
    async withdraw(documentNo) {
      const statement = tombstoneStatement({ reason: 'WITHDRAWN' });
      const candidate = { ...candidateOf(documentNo), operation: 'WITHDRAW' as const };
      await acceptBatch(database, [{ ...candidate, statement, hash: contentHash(statement) }]);
      while ((await sequencer.step()) + (await relay.step()) > 0);
    },
    async correct(documentNo, fineWanYuan = '2.000000') {
      const before = candidateOf(documentNo);
      const statement = { ...before.statement, fineWanYuan };
      await acceptBatch(database, [{ ...before, statement, hash: contentHash(statement) }]);
      while ((await sequencer.step()) + (await relay.step()) > 0);
    },
    async accept(...candidates) {
      await acceptBatch(database, candidates);
      while ((await sequencer.step()) + (await relay.step()) > 0);
    },
    drain: (random = 0) =>
      drainPartner({ caller, partner: caller.directory.get('zibo'), log, random: () => random }),
    states: () => countDeliveries(database, 'zibo'),
    lookAgain: () => healthModel.in(database).updateMany({}, { $set: { openUntil: new Date(0) } }),
    atCity: async (key) => (await findRecord(zibo.parts.database, key))?.versions.length ?? 0,
    async reset() {
      door.meddle(() => 'forward');
      for (const model of [deliveryModel, envelopeModel, healthModel])
        await model.in(database).deleteMany({});
    },
    async close() {
      await zhoucun.close();
      await zibo.close();
      await door.close();
    },
  };
}

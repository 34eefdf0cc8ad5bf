import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { tombstoneReasonOf } from '../../../src/domain/record/index.ts';
import { deliveryModel, envelopeModel, findHolders } from '../../../src/exchange/delivery/index.ts';
import { listHolders } from '../../../src/exchange/holders/index.ts';
import { PartnerDirectory } from '../../../src/exchange/partners/index.ts';
import {
  erasePersonByHand,
  settlePersons,
  termsModel,
  TermsWatch,
} from '../../../src/exchange/recall/index.ts';
import { reconcile } from '../../../src/exchange/reconciliation/index.ts';
import { personForgetter } from '../../../src/intake/pipeline/index.ts';
import { toHubError } from '../../../src/domain/hub-error.ts';
import { countAudit } from '../../../src/registry/audit/index.ts';
import { findRecord, newestVersion, type Candidate } from '../../../src/registry/records/index.ts';
import { penaltyOf } from '../../support/penalties.ts';
import { openDeliveryPair, type DeliveryPair } from './delivery-pair.ts';

let pair: DeliveryPair;
/** Bodies of envelopes that came to the door. */
const sent: string[] = [];

beforeAll(async () => {
  pair = await openDeliveryPair();
});
afterAll(() => pair.close());
beforeEach(async () => {
  await pair.reset();
  pass();
});

/** Lets everything through, or cuts everything off, and keeps what envelopes were sent. */
function pass(fate: 'forward' | 'cut' = 'forward'): void {
  sent.length = 0;
  pair.door.meddle((path, body) => {
    if (path === '/exchange/v1/envelopes') sent.push(body);
    return fate;
  });
}

const raised = (documentNo: string): Candidate => ({
  ...penaltyOf(documentNo, '仅限内部'),
  disclosure: { class: 'RESTRICTED', publishable: false, reason: null },
});
const keyOf = (documentNo: string) => penaltyOf(documentNo).key;
const stateOf = async (documentNo: string, v: number) => {
  const found = await deliveryModel.in(pair.zhoucun.database).findOne({ key: keyOf(documentNo), v });
  return found === null ? null : `${found.sends} ${found.state}`;
};
const atCity = async (documentNo: string) => {
  const record = await findRecord(pair.zibo.parts.database, keyOf(documentNo));
  return record === null ? null : tombstoneReasonOf(newestVersion(record).statement);
};

describe('a version to which the partner is not entitled any more', () => {
  it('is not sent where it was not sent before, and nothing is taken back', async () => {
    await pair.owe('收-1');
    await pair.accept(raised('收-1'));
    await pair.drain();
    expect([sent, await stateOf('收-1', 1), await stateOf('收-1', 2)]).toEqual([
      [],
      'VERSION superseded',
      null,
    ]);
    expect(await atCity('收-1')).toBeNull();
  });

  it('is not sent again from a stored body: the rest goes anew, and the partner counts as a holder', async () => {
    await pair.owe('收-2', '收-3');
    pass('cut');
    await pair.drain();
    expect(sent[0]).toContain('收-2');
    await pair.accept(raised('收-2'));
    pass();
    await pair.lookAgain();
    await pair.drain();
    expect(sent.join()).not.toMatch(/收-2|仅限内部/);
    expect(await stateOf('收-2', 1)).toBe('VERSION superseded');
    expect(await stateOf('收-2', 2)).toBe('WITHDRAWAL stored');
    expect(await stateOf('收-3', 1)).toBe('VERSION stored');
    expect(await atCity('收-2')).toBe('NO_LONGER_ENTITLED');
    expect(await countAudit(pair.zhoucun.database, 'ENVELOPE_RECALLED')).toBe(1);
  });

  it('is taken back by a withdrawal that says nothing of the record', async () => {
    await pair.owe('收-4');
    await pair.drain();
    await pair.accept(raised('收-4'));
    pass();
    await pair.drain();
    const { subject, statement } = penaltyOf('收-4');
    for (const word of [subject.name, subject.uscc, '收-4', '仅限内部', statement['facts'] as string])
      expect(sent.join()).not.toContain(word);
    expect(await stateOf('收-4', 2)).toBe('WITHDRAWAL stored');
    expect(await atCity('收-4')).toBe('NO_LONGER_ENTITLED');
  });
});

describe('a partner whose terms change', () => {
  const watch = (receives: 'PARENT' | 'PEER') => {
    const { caller, hub } = pair.zhoucun;
    const partners = hub.partners.map((it) => (it.id === 'zibo' ? { ...it, relation: receives } : it));
    return new TermsWatch({ ...caller, directory: new PartnerDirectory({ ...hub, partners }) });
  };

  it('is left alone where it is seen for the first time, or under the same terms', async () => {
    await pair.owe('收-5');
    await pair.drain();
    const same = watch('PARENT');
    while ((await same.step()) > 0);
    expect(await stateOf('收-5', 1)).toBe('VERSION stored');
  });

  it('is owed withdrawals of what it holds, once, however often the walk is repeated', async () => {
    await pair.owe('收-9');
    await pair.drain();
    const changed = watch('PEER');
    while ((await changed.step()) > 0);
    expect(await stateOf('收-9', 1)).toBe('WITHDRAWAL pending');
    const [row] = await deliveryModel
      .in(pair.zhoucun.database)
      .find({ key: keyOf('收-9') })
      .toArray();
    await termsModel.in(pair.zhoucun.database).updateOne({ _id: 'zibo' }, { $set: { after: '' } });
    const again = watch('PEER');
    while ((await again.step()) > 0);
    expect(
      await deliveryModel
        .in(pair.zhoucun.database)
        .find({ key: keyOf('收-9') })
        .toArray(),
    ).toEqual([row]);
    expect((await findHolders(pair.zhoucun.database, [keyOf('收-9')])).get(keyOf('收-9'))).toEqual(
      new Set(['zibo']),
    );
    const found = await listHolders(pair.zhoucun.database, pair.zhoucun.hub, keyOf('收-9'));
    expect(found?.holders).toMatchObject([{ hub: 'zibo', state: 'UNKNOWN', v: 1 }]);
  });
});

describe('a record in which a person was found', () => {
  it('is erased by hand only where it began', async () => {
    const by = { actor: 'operator', reason: 'test' };
    const refusal = (work: Promise<void>) =>
      work.then(
        () => null,
        (error: unknown) => toHubError(error).code,
      );
    expect(await refusal(erasePersonByHand(pair.zhoucun.caller, '0'.repeat(64), by))).toBe('RECORD_UNKNOWN');
    await pair.owe('收-6');
    await pair.drain();
    expect(await refusal(erasePersonByHand(pair.zibo.parts.caller, keyOf('收-6'), by))).toBe('NOT_ORIGIN');
  });

  it('goes out of bodies that are on their way, and out of every collection at both hubs', async () => {
    const { caller, database } = pair.zhoucun;
    await pair.owe('收-7');
    await pair.drain();
    await pair.correct('收-7');
    pass('cut');
    await pair.drain();
    expect(await envelopeModel.in(database).countDocuments({ body: { $regex: '收-7' } })).toBe(2);
    await erasePersonByHand(caller, keyOf('收-7'), { actor: 'operator', reason: 'test' });
    const forget = personForgetter(database);
    await settlePersons(caller, forget);
    await pair.accept();
    pass();
    await pair.lookAgain();
    await pair.drain();
    while ((await settlePersons(caller, forget)) > 0);
    const { parts } = pair.zibo;
    await settlePersons(parts.caller, personForgetter(parts.database));
    expect(sent.join()).not.toContain('收-7');
    expect([await stateOf('收-7', 3), await atCity('收-7')]).toEqual(['VERSION stored', 'PERSON_FOUND']);
    for (const { connection } of [database, parts.database]) {
      for (const { name } of (await connection.db?.listCollections().toArray()) ?? []) {
        const text = JSON.stringify(await connection.collection(name).find({}).toArray());
        expect({ name, told: text.includes('收-7') }).toEqual({ name, told: false });
      }
    }
    expect(await countAudit(database, 'PERSON_ERASED')).toBe(1);
  });

  it('is the same on both sides for reconciliation', async () => {
    const { caller } = pair.zhoucun;
    await pair.owe('收-8');
    await pair.drain();
    await pair.accept(raised('收-8'));
    await pair.drain();
    const found = await reconcile(caller, caller.directory.get('zibo'));
    const keys = Object.values(found.differences).flatMap((them) => them.map((it) => it.key));
    expect(keys).not.toContain(keyOf('收-8'));
    expect(found.inFlight).not.toContain(keyOf('收-8'));
  });
});

import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { TransportReceipt } from '../../src/contracts/messages/index.ts';
import { signDocument } from '../../src/exchange/protocol/index.ts';
import { generateSigningKey, signerOf } from '../../src/infra/signing/index.ts';
import { checkLink, CHECKER_NAMES, countBooks, type CheckerName, type Link } from './checkers.ts';
import type { HeldRecord, HubEvidence } from './evidence.ts';

const { privatePem, publicKey } = generateSigningKey();
const signer = signerOf(createPrivateKey(privatePem), 'k1');
const stranger = signerOf(createPrivateKey(generateSigningKey().privatePem), 'k1');

const VERSIONS = [
  { key: 'a', v: 1, hash: 'a1' },
  { key: 'a', v: 2, hash: 'a2' },
  { key: 'b', v: 1, hash: 'b1' },
];

function receiptOf(by = signer, receivedAt = '2026-06-02T00:00:00.000Z'): TransportReceipt {
  const records = VERSIONS.map((it) => ({
    ...it,
    disposition: 'stored' as const,
    rule: null,
    retryable: false,
    held: null,
  }));
  const parties = { sender: 'district', receiver: 'city', receivedAt };
  const about = { envelopeId: 'e-1', envelopeDigest: 'd' };
  return signDocument({ type: 'TRANSPORT', protocol: 'xinqiao/1', ...about, ...parties, records }, by);
}

function recordsOf(): HeldRecord[] {
  const version = (v: number, hash: string) => ({ v, hash, knownFrom: v });
  return [
    { key: 'a', waiting: 0, versions: [version(1, 'a1'), version(2, 'a2')] },
    { key: 'b', waiting: 0, versions: [version(1, 'b1')] },
  ];
}

const CHANGES = VERSIONS.map(({ key, v }, at) => ({ seq: at + 1, key, v }));
const EMPTY = { inbox: [], business: [], deliveries: [], envelopes: [], changes: CHANGES };

/** A history in which everything went well. */
function soundLink(): Link {
  const receipt = receiptOf();
  const sender: HubEvidence = {
    ...EMPTY,
    hub: 'district',
    records: recordsOf(),
    deliveries: VERSIONS.map(({ key, v }) => ({
      ...{ partner: 'city', key, v, state: 'accepted', disposition: 'stored', envelope: 'e-1' },
    })),
    envelopes: [{ id: 'e-1', partner: 'city', state: 'settled', receipt }],
  };
  const inbox = [{ messageId: 'e-1', receipt }];
  const receiver: HubEvidence = { ...EMPTY, hub: 'city', records: recordsOf(), inbox };
  return {
    accepted: VERSIONS,
    sender,
    receiver,
    receiverKey: publicKey,
    answers: new Map([['e-1', new Set(['x'])]]),
  };
}

const atReceiver =
  (change: Partial<HubEvidence>) =>
  (link: Link): Link => ({
    ...link,
    receiver: { ...link.receiver, ...change },
  });
const atSender =
  (change: Partial<HubEvidence>) =>
  (link: Link): Link => ({
    ...link,
    sender: { ...link.sender, ...change },
  });
const [recordA, recordB] = recordsOf();
const [delivery] = soundLink().sender.deliveries;

/** Histories in which one thing went wrong, and the checkers that must see it. */
const SPOILT: readonly [string, (link: Link) => Link, readonly CheckerName[]][] = [
  [
    'a record is missing at the receiver',
    atReceiver({ records: [recordA!] }),
    ['lost', 'receiptsWithoutEffect'],
  ],
  [
    'the newest version is missing',
    atReceiver({ records: [{ ...recordA!, versions: recordA!.versions.slice(0, 1) }, recordB!] }),
    ['lost', 'receiptsWithoutEffect'],
  ],
  [
    'a version stands there under another hash',
    atReceiver({
      records: [recordA!, { ...recordB!, versions: [{ ...recordB!.versions[0]!, hash: 'other' }] }],
    }),
    ['lost', 'strangers', 'receiptsWithoutEffect', 'effectsWithoutReceipt'],
  ],
  [
    'a version stands twice in its record',
    atReceiver({
      records: [
        recordA!,
        { ...recordB!, versions: [recordB!.versions[0]!, { ...recordB!.versions[0]!, knownFrom: 9 }] },
      ],
    }),
    ['doubled'],
  ],
  [
    'a version has two places in the sequence',
    atReceiver({ changes: [...CHANGES, { seq: 4, key: 'b', v: 1 }] }),
    ['doubled'],
  ],
  [
    'versions were appended in the wrong order',
    atReceiver({ records: [{ ...recordA!, versions: recordA!.versions.toReversed() }, recordB!] }),
    ['outOfOrder'],
  ],
  [
    'versions were sequenced in the wrong order',
    atSender({
      changes: [
        { seq: 1, key: 'a', v: 2 },
        { seq: 2, key: 'a', v: 1 },
      ],
    }),
    ['outOfOrder'],
  ],
  ['the sequence has a gap', atSender({ changes: CHANGES.filter((it) => it.seq !== 2) }), ['outOfOrder']],
  [
    'the receipt was signed by somebody else',
    (link) => {
      const receipt = receiptOf(stranger);
      const inbox = atReceiver({ inbox: [{ messageId: 'e-1', receipt }] })(link);
      return atSender({ envelopes: [{ id: 'e-1', partner: 'city', state: 'settled', receipt }] })(inbox);
    },
    ['receiptsUnverified'],
  ],
  [
    'the two ends keep different receipts',
    (link) => {
      const later = receiptOf(signer, '2026-06-03T00:00:00.000Z');
      return atReceiver({ inbox: [{ messageId: 'e-1', receipt: later }] })(link);
    },
    ['receiptsUnverified'],
  ],
  [
    'the receiver keeps no receipt',
    atReceiver({ inbox: [{ messageId: 'e-1', receipt: null }] }),
    ['effectsWithoutReceipt', 'receiptsUnverified'],
  ],
  ['the sender keeps no receipt', atSender({ envelopes: [] }), ['effectsWithoutReceipt']],
  [
    'one message got two answers',
    (link) => ({ ...link, answers: new Map([['e-1', new Set(['x', 'y'])]]) }),
    ['answersDiffer'],
  ],
  ['a delivery is missing', atSender({ deliveries: soundLink().sender.deliveries.slice(1) }), ['books']],
  ...['pending', 'packed', 'stored', 'dead', 'rejected'].map(
    (state): [string, (link: Link) => Link, readonly CheckerName[]] => [
      `a delivery ends as ${state}`,
      atSender({ deliveries: [{ ...delivery!, state }, ...soundLink().sender.deliveries.slice(1)] }),
      ['books'],
    ],
  ),
  [
    'an accepted version waits for its place',
    atSender({ records: [{ ...recordsOf()[0]!, waiting: 1 }, recordsOf()[1]!] }),
    ['books'],
  ],
];

describe('the checkers', () => {
  it.each(SPOILT)('fail where %s', (_, spoil, expected) => {
    const found = checkLink(spoil(soundLink()));
    expect(CHECKER_NAMES.filter((it) => found[it].length > 0)).toEqual(
      CHECKER_NAMES.filter((it) => expected.includes(it)),
    );
  });

  it('have each been seen to fail', () => {
    expect(new Set(SPOILT.flatMap(([, , names]) => names))).toEqual(new Set(CHECKER_NAMES));
  });

  it('find nothing in a history in which everything went well', () => {
    const found = checkLink(soundLink());
    expect(CHECKER_NAMES.filter((it) => found[it].length > 0)).toEqual([]);
  });

  it('let a version be overtaken by a later one that was acknowledged, and by no other', () => {
    const late = atReceiver({ records: [{ ...recordA!, versions: recordA!.versions.slice(1) }, recordB!] })(
      soundLink(),
    );
    expect(checkLink(late).lost).toEqual([]);
    const foreign = { ...recordA!, versions: [{ ...recordA!.versions[1]!, hash: 'other' }] };
    expect(checkLink(atReceiver({ records: [foreign, recordB!] })(soundLink())).lost).toHaveLength(2);
  });

  it('count a stale answer as overtaken', () => {
    const stale = { ...delivery!, state: 'rejected', disposition: 'stale' };
    const link = atSender({ deliveries: [stale, ...soundLink().sender.deliveries.slice(1)] })(soundLink());
    expect(countBooks(link)).toMatchObject({
      accepted: 3,
      delivered: 2,
      overtaken: 1,
      rejected: 0,
      pending: 0,
    });
    expect(checkLink(link).books).toEqual([]);
  });
});

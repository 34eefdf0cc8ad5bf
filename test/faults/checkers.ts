import type { TransportReceipt } from '../../src/contracts/messages/index.ts';
import { verifyDocument } from '../../src/exchange/protocol/index.ts';
import { ENDED_STATES, type HeldRecord, type HubEvidence } from './evidence.ts';
import type { Accepted } from './history.ts';

/** What the checkers look at: the history of acknowledged versions and what both ends of one link hold. */
export type Link = {
  readonly accepted: readonly Pick<Accepted, 'key' | 'v' | 'hash'>[];
  readonly sender: HubEvidence;
  readonly receiver: HubEvidence;
  /** Raw public key of the receiver, base64: all that a receipt needs to be verified. */
  readonly receiverKey: string;
  /** Digests of the answers 200 by message id, as the proxy saw them. */
  readonly answers: ReadonlyMap<string, ReadonlySet<string>>;
};

/** Violations that one checker found, each as a short sentence. Empty: it held. */
export type Violations = readonly string[];

const named = (it: { key: string; v: number }): string => `${it.key} ${it.v}`;
const byKey = (hub: HubEvidence): Map<string, HeldRecord> => new Map(hub.records.map((it) => [it.key, it]));

/**
 * Nothing lost: each acknowledged version stands at the receiver under its hash, or a later acknowledged version of
 * the record stands there in its place.
 */
export function checkLost({ accepted, receiver }: Link): Violations {
  const held = byKey(receiver);
  const acknowledged = new Set(accepted.map((it) => `${named(it)} ${it.hash}`));
  return accepted.flatMap((it) => {
    const versions = held.get(it.key)?.versions ?? [];
    const there = versions.some(({ v, hash }) => v === it.v && hash === it.hash);
    const overtaken = versions.some(({ v, hash }) => v > it.v && acknowledged.has(`${it.key} ${v} ${hash}`));
    return there || overtaken ? [] : [`${named(it)} is not held by ${receiver.hub}`];
  });
}

/** Nothing doubled: each version stands once in its record and has one place in the sequence, at both ends. */
export function checkDoubled({ sender, receiver }: Link): Violations {
  return [sender, receiver].flatMap(({ hub, records, changes }) => {
    const versions = records.flatMap((record) =>
      record.versions.map((it) => named({ ...it, key: record.key })),
    );
    const twice = (names: readonly string[], where: string) => {
      const seen = new Set<string>();
      return names.flatMap((it) =>
        seen.size === seen.add(it).size ? [`${it} stands twice in ${where} of ${hub}`] : [],
      );
    };
    return [...twice(versions, 'a record'), ...twice(changes.map(named), 'the sequence')];
  });
}

/** No stranger: whatever the receiver holds was accepted by the sender. */
export function checkStrangers({ sender, receiver }: Link): Violations {
  const known = new Set(
    sender.records.flatMap(({ key, versions }) => versions.map(({ v, hash }) => `${key} ${v} ${hash}`)),
  );
  return receiver.records.flatMap(({ key, versions }) =>
    versions
      .filter(({ v, hash }) => !known.has(`${key} ${v} ${hash}`))
      .map(({ v }) => `${named({ key, v })} at ${receiver.hub} is unknown to ${sender.hub}`),
  );
}

/** Order per record: versions grow in the record, in time and in the sequence, which has no gap. */
export function checkOrder({ sender, receiver }: Link): Violations {
  return [sender, receiver].flatMap(({ hub, records, changes }) => {
    const turned = records.flatMap(({ key, versions }) =>
      versions.flatMap((it, at) => {
        const before = versions[at - 1];
        const grows = before === undefined || (it.v >= before.v && it.knownFrom > before.knownFrom);
        return grows ? [] : [`${named({ key, v: it.v })} stands before an older version at ${hub}`];
      }),
    );
    const last = new Map<string, number>();
    const moved = changes.flatMap((it, at) => {
      const older = (last.get(it.key) ?? 0) > it.v;
      last.set(it.key, it.v);
      if (it.seq !== at + 1) return [`place ${at + 1} of the sequence of ${hub} is empty`];
      return older ? [`${named(it)} comes after a newer version in the sequence of ${hub}`] : [];
    });
    return [...turned, ...moved];
  });
}

function effectOf(receiver: Map<string, HeldRecord>, it: TransportReceipt['records'][number]): boolean {
  return receiver.get(it.key)?.versions.some(({ v, hash }) => v === it.v && hash === it.hash) ?? false;
}

/** Every receipt of a link, with where it was found. */
function receiptsOf({ sender, receiver }: Link): { receipt: TransportReceipt; place: string }[] {
  const theirs = receiver.inbox.flatMap(({ receipt }) =>
    receipt?.sender === sender.hub ? [{ receipt, place: `inbox of ${receiver.hub}` }] : [],
  );
  const ours = sender.envelopes.flatMap(({ partner, receipt }) =>
    receipt !== null && partner === receiver.hub ? [{ receipt, place: `envelopes of ${sender.hub}` }] : [],
  );
  return [...theirs, ...ours];
}

/** No receipt without its effect: whatever a stored transport receipt says is stored stands at the receiver. */
export function checkReceiptsHaveEffect(link: Link): Violations {
  const held = byKey(link.receiver);
  return receiptsOf(link).flatMap(({ receipt, place }) =>
    receipt.records
      .filter(({ disposition }) => disposition === 'stored' || disposition === 'duplicate')
      .filter((it) => !effectOf(held, it))
      .map((it) => `${named(it)} has a receipt (${place}) and no effect`),
  );
}

/** Every receipt verifies with the receiver's public key and nothing else, and both ends keep the same one. */
export function checkReceiptsVerify(link: Link): Violations {
  const theirs = new Map(link.receiver.inbox.map((it) => [it.messageId, it.receipt?.signature.value]));
  const transport = receiptsOf(link).flatMap(({ receipt, place }) => [
    ...(verifyDocument(receipt, link.receiverKey) ? [] : [`a receipt does not verify (${place})`]),
    ...(theirs.get(receipt.envelopeId) === receipt.signature.value
      ? []
      : [`the receipt of ${receipt.envelopeId} differs (${place})`]),
  ]);
  const business = link.receiver.business.filter((it) => !verifyDocument(it, link.receiverKey));
  return [...transport, ...business.map(() => `a business receipt of ${link.receiver.hub} does not verify`)];
}

/**
 * No effect without its receipt: each version at the receiver is named by a receipt at both ends. Not always by that of
 * the message that brought it: a message whose taker died may be packed anew under other ids, which answer `duplicate`.
 */
export function checkEffectsHaveReceipt({ sender, receiver }: Link): Violations {
  const taken = (receipts: readonly (TransportReceipt | null)[]) =>
    new Set(
      receipts.flatMap((it) =>
        (it?.records ?? [])
          .filter(({ disposition }) => disposition === 'stored' || disposition === 'duplicate')
          .map((record) => `${named(record)} ${record.hash}`),
      ),
    );
  const there = taken(receiver.inbox.map((it) => it.receipt));
  const here = taken(sender.envelopes.map((it) => it.receipt));
  return receiver.records.flatMap(({ key, versions }) =>
    versions.flatMap(({ v, hash }) => {
      const name = `${named({ key, v })} ${hash}`;
      const places = [...(there.has(name) ? [] : [receiver.hub]), ...(here.has(name) ? [] : [sender.hub])];
      return places.map((it) => `${named({ key, v })} has its effect and no receipt at ${it}`);
    }),
  );
}

/** The same message has the same answer, whenever and however often it is asked. */
export function checkAnswers({ answers }: Link): Violations {
  return [...answers].filter(([, digests]) => digests.size > 1).map(([id]) => `${id} got several answers`);
}

/** Where every acknowledged version of a sender stands. */
export type Books = {
  readonly accepted: number;
  readonly delivered: number;
  /** Not sent or not taken because a newer version took its place. */
  readonly overtaken: number;
  readonly dead: number;
  readonly rejected: number;
  readonly pending: number;
  /** Versions without a delivery. */
  readonly missing: number;
};

/** Counts the books of a link. */
export function countBooks({ accepted, sender, receiver }: Link): Books {
  const deliveries = sender.deliveries.filter((it) => it.partner === receiver.hub);
  const known = new Set(deliveries.map(named));
  const count = (...states: string[]) => deliveries.filter((it) => states.includes(it.state)).length;
  const stale = deliveries.filter((it) => it.state === 'rejected' && it.disposition === 'stale').length;
  return {
    accepted: accepted.length,
    delivered: count('accepted'),
    overtaken: count('superseded') + stale,
    dead: count('dead'),
    rejected: count('rejected') - stale,
    pending: deliveries.length - count(...ENDED_STATES),
    missing: accepted.filter((it) => !known.has(named(it))).length,
  };
}

/** accepted = delivered + overtaken + dead + rejected + pending, and once drained nothing is pending or given up. */
export function checkBooks(link: Link): Violations {
  const { accepted, delivered, overtaken, dead, rejected, pending, missing } = countBooks(link);
  const sum = delivered + overtaken + dead + rejected + pending;
  const at = `from ${link.sender.hub} to ${link.receiver.hub}`;
  const waiting = link.sender.records.reduce((all, it) => all + it.waiting, 0);
  return [
    ...(sum === accepted ? [] : [`${accepted} accepted and ${sum} in the books ${at}`]),
    ...(missing === 0 ? [] : [`${missing} versions have no delivery ${at}`]),
    ...(pending + waiting === 0 ? [] : [`${pending + waiting} are pending after the drain ${at}`]),
    ...(dead + rejected === 0 ? [] : [`${dead} dead and ${rejected} rejected, all of them sound, ${at}`]),
  ];
}

/** Every checker by its name in the report. */
export const CHECKERS = {
  lost: checkLost,
  doubled: checkDoubled,
  strangers: checkStrangers,
  outOfOrder: checkOrder,
  receiptsWithoutEffect: checkReceiptsHaveEffect,
  effectsWithoutReceipt: checkEffectsHaveReceipt,
  receiptsUnverified: checkReceiptsVerify,
  answersDiffer: checkAnswers,
  books: checkBooks,
} as const;
/** Name of a checker. */
export type CheckerName = keyof typeof CHECKERS;

/** Every name of a checker. */
export const CHECKER_NAMES = Object.keys(CHECKERS) as CheckerName[];

/** No violation by any checker. */
export const NOTHING_FOUND: Readonly<Record<CheckerName, Violations>> = {
  lost: [],
  doubled: [],
  strangers: [],
  outOfOrder: [],
  receiptsWithoutEffect: [],
  effectsWithoutReceipt: [],
  receiptsUnverified: [],
  answersDiffer: [],
  books: [],
};

/** What every checker found on a link. */
export function checkLink(link: Link): Record<CheckerName, Violations> {
  const found = { ...NOTHING_FOUND };
  for (const name of CHECKER_NAMES) found[name] = CHECKERS[name](link);
  return found;
}

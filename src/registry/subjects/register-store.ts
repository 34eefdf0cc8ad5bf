import type { AnyBulkWriteOperation } from 'mongodb';
import { looksLikePersonName, subjectKindOf } from '../../domain/subject/index.ts';
import { duplicatePlaces, type HubDatabase } from '../../infra/mongo/index.ts';
import { nameUpdate, subjectModel, subjectOf } from './subject-store.ts';
import type { FormerCode, SubjectDocument, SubjectRegister } from './subject.ts';

type Update = AnyBulkWriteOperation<SubjectDocument>;

/** What is confirmed of one organisation; null: its register says nothing of it any more. */
export type RegisterWord = {
  readonly uscc: string;
  readonly register: SubjectRegister | null;
  /** Connector or hub the entry came by. */
  readonly source: string;
};

const byEntry = (uscc: string): string => `register:${uscc}`;

/** Replaces what one entry says of codes given up, and keeps what others say. */
function factsUpdate(by: string, facts: readonly FormerCode[]): object[] {
  const others = { $filter: { input: '$codeFacts', as: 'it', cond: { $ne: ['$$it.by', { $literal: by }] } } };
  const codes = { $map: { input: '$codeFacts', as: 'it', in: '$$it.code' } };
  return [
    { $set: { codeFacts: { $concatArrays: [others, { $literal: [...facts] }] } } },
    { $set: { formerCodes: { $setUnion: [codes, []] } } },
  ];
}

/** Tells the organisation that carries another one on, or did, which code leads to it by that one's entry. */
function absorptionUpdate(successor: string, uscc: string, holds: boolean): Update {
  const by = byEntry(uscc);
  const facts = holds ? [{ code: uscc, by }] : [];
  return { updateOne: { filter: { _id: successor }, update: factsUpdate(by, facts) } };
}

function wordUpdates({ uscc, register, source }: RegisterWord): Update[] {
  const filter = { _id: uscc };
  if (register === null) {
    const none = { register: null, status: 'UNKNOWN', registrationNo: null, taxNo: null, numbers: [] };
    return [{ updateOne: { filter, update: [{ $set: none }, ...factsUpdate(byEntry(uscc), [])] } }];
  }
  const { name, formerNames, formerCodes, formerNumbers, registrationNo, taxNo, status } = register;
  const names = [...formerNames, name].flatMap((it) => nameUpdate({ uscc, name: it, source }));
  const facts = formerCodes.filter((it) => it !== uscc).map((code) => ({ code, by: byEntry(uscc) }));
  const numbers = [registrationNo, taxNo, ...formerNumbers].flatMap((it) => it ?? []);
  const said = {
    ...{ register, name, status, registrationNo, taxNo, numbers: [...new Set(numbers)] },
    nameIsPersonLike: subjectKindOf(uscc) === 'SOLE_TRADER' && looksLikePersonName(name),
  };
  const literal = Object.fromEntries(Object.entries(said).map(([key, value]) => [key, { $literal: value }]));
  const update = [...names, { $set: literal }, ...factsUpdate(byEntry(uscc), facts)];
  return [{ updateOne: { filter, update } }];
}

/** Codes that lead to these organisations because the entries of others name them as successors. */
async function absorbedBy(database: HubDatabase, usccs: readonly string[]): Promise<Update[]> {
  const found = await subjectModel
    .in(database)
    .find({ 'register.mergedInto': { $in: [...usccs] } }, { projection: { 'register.mergedInto': 1 } })
    .toArray();
  return found.flatMap(({ _id, register }) =>
    register?.mergedInto ? [absorptionUpdate(register.mergedInto, _id, true)] : [],
  );
}

/**
 * Sets what the subject register says of organisations: name, state, numbers, codes given up, mergers. What an earlier
 * entry said and this one does not is gone; what other sources declared stays. Idempotent, and safe to repeat after a
 * crash: a successor learns of a merger, or that there was none, before the entry itself is set.
 */
export async function setRegister(database: HubDatabase, words: readonly RegisterWord[]): Promise<void> {
  if (words.length === 0) return;
  const subjects = subjectModel.in(database);
  const usccs = words.map((it) => it.uscc);
  const held = new Map(
    (await subjects.find({ _id: { $in: usccs } }, { projection: { register: 1 } }).toArray()).map((it) => [
      it._id,
      it.register?.mergedInto ?? null,
    ]),
  );
  const now = database.clock.now();
  const fresh = words.flatMap(({ uscc, register, source }) =>
    held.has(uscc) || register === null ? [] : [subjectOf({ uscc, name: register.name, source }, now)],
  );
  if (fresh.length > 0) await subjects.insertMany(fresh, { ordered: false }).catch(duplicatePlaces);
  const mergers = words.flatMap(({ uscc, register }) => {
    const [before, after] = [held.get(uscc) ?? null, register?.mergedInto ?? null];
    return [
      ...(before === null || before === after ? [] : [absorptionUpdate(before, uscc, false)]),
      ...(after === null || after === uscc ? [] : [absorptionUpdate(after, uscc, true)]),
    ];
  });
  const updates = [...mergers, ...words.flatMap(wordUpdates), ...(await absorbedBy(database, usccs))];
  await subjects.bulkWrite(updates, { ordered: true });
}

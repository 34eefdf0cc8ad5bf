import { defineCollection, type HubDatabase } from '../../infra/mongo/index.ts';

/** The terms under which a partner was last seen, and how far what it holds was looked through under them. */
export type TermsDocument = {
  /** Partner's id. */
  _id: string;
  /** SHA-256 over what routing reads; `absent` for a partner that is not in the hub file. */
  digest: string;
  /** Id of the delivery looked at last; null: all were. */
  after: string | null;
};

/** Stands for the terms of a partner that is not in the hub file. */
export const ABSENT = 'absent';

/** `partner_terms`: one row for every partner that ever was. */
export const termsModel = defineCollection<TermsDocument>('partner_terms');

/** The terms of every partner that ever was. */
export async function listTerms(database: HubDatabase): Promise<TermsDocument[]> {
  return termsModel.in(database).find({}).toArray();
}

/** Notes the terms of a partner, and from where its holdings are looked through; null: they need not be. */
export async function storeTerms(database: HubDatabase, terms: TermsDocument): Promise<void> {
  const { _id, digest, after } = terms;
  await termsModel.in(database).updateOne({ _id }, { $set: { digest, after } }, { upsert: true });
}

/** Partners that are not in the hub file any more. */
export async function listFormerPartners(database: HubDatabase): Promise<string[]> {
  return (await listTerms(database)).filter((it) => it.digest === ABSENT).map((it) => it._id);
}

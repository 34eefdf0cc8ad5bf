import type { Asker } from '../src/api/shared/index.ts';

/** Datasets that each question asks for; each costs one database read, and the subjects one more. */
export const DATASETS_ASKED = [
  'administrative_penalty',
  'administrative_licence',
  'evaluation_result',
] as const;

const FIELDS = `
  uscc name status
  penalties(first: 10) {
    totalCount complete
    coverage { source status }
    edges { cursor node { documentNo violationType categories fineWanYuan decidedOn validUntil producer { name } provenance { source acceptedAt } } }
  }
  licences(first: 10) {
    totalCount complete
    coverage { source status }
    edges { cursor node { documentName documentNo content decidedOn validUntil producer { name } provenance { source acceptedAt } } }
  }
  evaluations(first: 10) {
    totalCount complete
    coverage { source status }
    edges { cursor node { scheme grade period decidedOn validUntil producer { name } provenance { source acceptedAt } } }
  }`;

/** A question as every side is asked it: the document stays, the codes change. */
export type BenchQuestion = {
  readonly source: string;
  variables(usccs: readonly string[]): Record<string, unknown>;
  /** How many subjects a request asks for. */
  readonly subjects: number;
};

/** Fifty subjects with three datasets. */
export const LIST_50: BenchQuestion = {
  source: `query List($usccs: [USCC!]!) { subjects(usccs: $usccs) {${FIELDS}\n} }`,
  variables: (usccs) => ({ usccs }),
  subjects: 50,
};

/** One subject with three datasets. */
export const ONE: BenchQuestion = {
  source: `query One($uscc: USCC!) { subject(by: { uscc: $uscc }) {${FIELDS}\n} }`,
  variables: ([uscc]) => ({ uscc }),
  subjects: 1,
};

/** A partner that signed, so that every side writes the read log. */
export const BENCH_ASKER: Asker = {
  channel: 'PARTNER',
  hub: 'zhanjiang',
  purpose: 'BIDDING',
  scopes: ['read:penalty', 'read:licence', 'read:evaluation'],
  onBehalfOf: null,
  basis: null,
  regions: null,
};

/** The subjects of a request: a window that moves on, so that no side answers from what it has just made. */
export function codesOf(all: readonly string[], question: BenchQuestion, request: number): string[] {
  return Array.from(
    { length: question.subjects },
    (_, place) => all[(request * 7 + place) % all.length] ?? '',
  );
}

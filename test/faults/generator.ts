import { codeOf } from '../../src/apps/demo/sources/organisations.ts';
import { contentHash, recordKey } from '../../src/domain/record/index.ts';
import type { Candidate } from '../../src/registry/records/index.ts';

const PRODUCER = { name: '淄博市周村区市场监督管理局', uscc: codeOf('11370306', 9_001), region: '370306' };
const DECIDED_ON = '2026-06-01';
const VALID_TO = '2027-06-01';
const SUBJECTS = 500;
/** Of so many versions one is the correction of a record that was accepted before. */
const CORRECTION_EVERY = 4;
const NEWEST = 3;

/** A version that is to be accepted. */
export type Draft = { readonly number: number; readonly v: number; readonly candidate: Candidate };

const documentNoOf = (number: number): string => `周测罚字〔2026〕${number}号`;

function statementOf(number: number, v: number): Candidate['statement'] {
  return {
    documentNo: documentNoOf(number),
    violationType: '未按规定公示信息',
    facts: `经查属实，第${v}次核定。`,
    basis: '中华人民共和国行政处罚法第九条',
    categories: ['FINE'],
    content: '责令改正，并处罚款。',
    fineWanYuan: `${v}.000000`,
    decidedOn: DECIDED_ON,
    validTo: VALID_TO,
    authorityName: PRODUCER.name,
    authorityCode: PRODUCER.uscc,
  };
}

/** The candidate of one version of one made-up penalty of a made-up organisation. */
export function candidateOf(number: number, v: number): Candidate {
  const serial = number % SUBJECTS;
  const subject = { uscc: codeOf('91370306', serial), name: `测试${serial}号商贸有限公司` };
  const statement = statementOf(number, v);
  const identity = { documentNo: documentNoOf(number), decidedOn: DECIDED_ON };
  return {
    key: recordKey({ kind: 'PENALTY', producer: PRODUCER.uscc, subject: subject.uscc, identity }),
    kind: 'PENALTY',
    dataset: 'administrative_penalty',
    datasetVersion: 1,
    itemCode: 'XZCF',
    subject,
    producer: PRODUCER,
    origin: 'district',
    via: [],
    receivedFrom: null,
    owner: 'connector:faults',
    ownerRow: null,
    operation: 'UPSERT',
    v: null,
    statement,
    hash: contentHash(statement),
    decidedOn: DECIDED_ON,
    validFrom: DECIDED_ON,
    validUntil: VALID_TO,
    disclosure: { class: 'PUBLIC', publishable: true, reason: null },
    provenance: {
      source: 'faults',
      run: `run-${v}`,
      row: null,
      ruleVersion: '1',
      legalBasis: { document: '测试依据', article: '1' },
      message: null,
    },
    acceptedAt: null,
    replaces: null,
  };
}

/** A seeded stream of creations and corrections; a correction follows only what was acknowledged. */
export class Generator {
  readonly #random: () => number;
  readonly #newest: number[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The next versions, each record at most once. They must be acknowledged before the next call. */
  next(count: number): Draft[] {
    const drafts: Draft[] = [];
    const chosen = new Set<number>();
    const known = this.#newest.length;
    for (let at = 0; at < count; at += 1) {
      const old = Math.floor(this.#random() * known);
      const before = this.#newest[old];
      const correct =
        at % CORRECTION_EVERY === 0 && before !== undefined && before < NEWEST && !chosen.has(old);
      const number = correct ? old : this.#newest.length;
      const v = correct ? before + 1 : 1;
      chosen.add(number);
      this.#newest[number] = v;
      drafts.push({ number, v, candidate: candidateOf(number, v) });
    }
    return drafts;
  }
}

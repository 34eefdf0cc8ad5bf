import { contentHash, recordKey } from '../../src/domain/record/index.ts';
import type { Candidate } from '../../src/registry/records/index.ts';

const PRODUCER = { name: '淄博市周村区市场监督管理局', uscc: '11370306QQQQ90012L', region: '370306' };
const SUBJECT = { uscc: '91370306QQQQ00013R', name: '测试一号商贸有限公司' };

/** A sound penalty of the district's, by its document number. */
export function penaltyOf(documentNo: string, said = '经查属实。'): Candidate {
  const decidedOn = '2026-06-01';
  const statement = {
    documentNo,
    violationType: '未按规定公示信息',
    facts: said,
    basis: '中华人民共和国行政处罚法第九条',
    categories: ['FINE'],
    content: '罚款',
    fineWanYuan: '1.000000',
    decidedOn,
    validTo: '2027-06-01',
    authorityName: PRODUCER.name,
    authorityCode: PRODUCER.uscc,
  };
  const identity = { documentNo, decidedOn };
  return {
    key: recordKey({ kind: 'PENALTY', producer: PRODUCER.uscc, subject: SUBJECT.uscc, identity }),
    kind: 'PENALTY',
    dataset: 'administrative_penalty',
    datasetVersion: 1,
    itemCode: 'XZCF',
    subject: SUBJECT,
    producer: PRODUCER,
    origin: 'zhoucun',
    via: [],
    receivedFrom: null,
    owner: 'connector:zc-penalty',
    ownerRow: null,
    operation: 'UPSERT',
    v: null,
    statement,
    hash: contentHash(statement),
    decidedOn,
    validFrom: decidedOn,
    validUntil: '2027-06-01',
    disclosure: { class: 'PUBLIC', publishable: true, reason: null },
    provenance: {
      source: 's',
      run: 'r',
      row: null,
      ruleVersion: '1',
      legalBasis: { document: 'd', article: 'a' },
      message: null,
    },
    acceptedAt: null,
    replaces: null,
  };
}

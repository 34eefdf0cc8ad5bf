import { describe, expect, it } from '@jest/globals';
import { decideRecognition, type Agreement, type RecognitionCase } from './index.ts';

const agreement: Agreement = {
  number: 'HR-2026-01',
  version: 2,
  parties: ['shandong', 'zhanjiang'],
  kinds: ['EVALUATION'],
  schemes: [{ scheme: 'TAX_CREDIT', gradeMapping: { A: 'AA' } }, { scheme: 'OTHER' }],
  purposes: ['QRY-01'],
  from: '2026-01-01',
  until: '2026-12-31',
  decidedBy: '测试联席会议办公室',
};
const on: RecognitionCase = {
  agreement,
  asker: 'zhanjiang',
  origin: 'shandong',
  purpose: 'QRY-01',
  scheme: 'TAX_CREDIT',
  grade: 'A',
  validTo: '2026-06-30',
  originState: 'CURRENT',
};

describe('decideRecognition', () => {
  it('refuses with the reason wherever one term is not met', () => {
    const reasonOf = (change: Partial<RecognitionCase>, today = '2026-03-02'): string => {
      const decision = decideRecognition({ ...on, ...change }, today);
      expect(decision).toMatchObject({ outcome: 'NOT_RECOGNISED', localGrade: null });
      return decision.reason;
    };
    expect(reasonOf({ agreement: null })).toBe('NO_AGREEMENT');
    expect(reasonOf({ asker: 'x' })).toBe('ASKER_NOT_PARTY');
    expect(reasonOf({ origin: 'x' })).toBe('ORIGIN_NOT_PARTY');
    expect(reasonOf({}, '2025-12-31')).toBe('AGREEMENT_NOT_YET_IN_FORCE');
    expect(reasonOf({}, '2027-01-01')).toBe('AGREEMENT_ENDED');
    expect(reasonOf({ kind: 'LIST_ENTRY' })).toBe('KIND_NOT_COVERED');
    expect(reasonOf({ purpose: 'x' })).toBe('PURPOSE_NOT_COVERED');
    expect(reasonOf({ scheme: 'x' })).toBe('SCHEME_NOT_COVERED');
    expect(reasonOf({ grade: 'B' })).toBe('GRADE_NOT_COVERED');
    expect(reasonOf({ grade: 'constructor' })).toBe('GRADE_NOT_COVERED');
    expect(reasonOf({ originState: 'WITHDRAWN' })).toBe('ORIGIN_ENDED');
    expect(reasonOf({ validTo: '2026-03-01' })).toBe('RESULT_EXPIRED');
  });

  it('recognises in the local grade and names the agreement and who decided', () => {
    expect(decideRecognition(on, '2026-06-30')).toEqual({
      outcome: 'RECOGNISED',
      reason: 'UNDER_AGREEMENT',
      localGrade: 'AA',
      agreementNumber: 'HR-2026-01',
      agreementVersion: 2,
      decidedBy: '测试联席会议办公室',
    });
    expect(decideRecognition({ ...on, scheme: 'OTHER', grade: 'B' }, '2026-03-02').localGrade).toBe('B');
  });
});

import { describe, expect, it } from '@jest/globals';
import { SUBJECT_TARGETS } from '../connectors/index.ts';
import type { MappedRow } from '../mapping/index.ts';
import { guardPersons } from './person-guard.ts';

type Subject = MappedRow['subject'];

const COMPANY = {
  ...(Object.fromEntries(SUBJECT_TARGETS.map((it) => [it, ''])) as Subject),
  'subject.uscc': '91370306QQQQ700622',
  'subject.name': '测试戊仓储有限公司',
};
const ROW = { columns: [], cells: [] };

describe('a declared former name or code', () => {
  it.each([
    ['a number like a person’s', { 'subject.formerUscc': '370306194910010002' }, 'subject.formerUscc'],
    ['a name like a person’s', { 'subject.formerName': '张*' }, 'subject.formerName'],
    ['a name with a number', { 'subject.formerName': '测试370306194910010002' }, 'subject.formerName'],
  ])('that is %s refuses the row', (_what, changes, field) => {
    const found = guardPersons(ROW, { ...COMPANY, ...changes }, { soleTraders: 'on' });
    expect([found?.rule, found?.field]).toEqual(['NATURAL_PERSON_SUBJECT', field]);
  });

  it('of a sole trader refuses the row where sole traders are refused as a group, and only there', () => {
    const grown = { ...COMPANY, 'subject.formerUscc': '92370306QQQQ70089N' };
    expect(guardPersons(ROW, grown, { soleTraders: 'off' })?.field).toBe('subject.formerUscc');
    expect(guardPersons(ROW, grown, { soleTraders: 'on' })).toBeNull();
  });

  it('of an organisation passes', () => {
    const renamed = {
      'subject.formerName': '测试丙仓储有限公司',
      'subject.formerUscc': '91370306QQQQ70070W',
    };
    expect(guardPersons(ROW, { ...COMPANY, ...renamed }, { soleTraders: 'off' })).toBeNull();
  });
});

import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { prepareDocument } from './bulk-document.ts';

const codeOf = (text: string): unknown => {
  try {
    prepareDocument(text);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return null;
};

const EACH = `query Each($codes: [USCC!]!, $day: Date) {
  found: subjects(usccs: $codes) {
    name
    ...Lists
  }
}
fragment Lists on CreditSubject {
  fines: penalties(validOn: $day) { edges { node { documentNo ... on AdministrativePenalty { producer { name } } } } }
  licences(first: 5) { edges { cursor node { id } } complete }
}`;

describe('a document for many codes', () => {
  it.each([
    ['is no GraphQL', '{ subjects('],
    ['asks for something else', 'query ($codes: [USCC!]!) { subject(by: {uscc: "x"}) { name } }'],
    ['writes the codes down', '{ subjects(usccs: ["91370306QQQQ7002XH"]) { name } }'],
    ['asks for two things', 'query ($c: [USCC!]!) { subjects(usccs: $c) { name } me { hub } }'],
    [
      'pages by itself',
      'query ($c: [USCC!]!) { subjects(usccs: $c) { penalties(after: "x") { edges { node { id } } } } }',
    ],
    [
      'asks for edges without a node',
      'query ($c: [USCC!]!) { subjects(usccs: $c) { penalties { edges { cursor } } } }',
    ],
    [
      'uses a fragment that leads back to itself',
      'query ($c: [USCC!]!) { subjects(usccs: $c) { ...A } } fragment A on CreditSubject { ...A }',
    ],
    ['writes', 'mutation ($c: [USCC!]!) { subjects(usccs: $c) { name } }'],
    ['has two operations', 'query A($c: [USCC!]!) { subjects(usccs: $c) { name } } query B { me { hub } }'],
  ])('is refused when it %s', (_why, text) => {
    expect(codeOf(text)).toBe('DOCUMENT_NOT_FOR_EACH');
  });

  it('is given what coverage and paging need, and keeps names and arguments', () => {
    const { source, rootKey, codesVariable, lists, subjectPaths } = prepareDocument(EACH);
    expect([rootKey, codesVariable, subjectPaths]).toEqual(['found', 'codes', ['uscc', 'name']]);
    expect(lists.map(({ key, paths }) => [key, paths])).toEqual([
      ['fines', ['documentNo', 'producer.name']],
      ['licences', ['id']],
    ]);
    expect(source).toMatch(/fines: penalties\(validOn: \$day, first: 100\)/);
    expect(source).toMatch(/licences\(first: 5\)/);
    expect(source.match(/hasNextPage/g)).toHaveLength(2);
    expect(() => parse(source)).not.toThrow();
  });

  it('asks for the next page of one list with the variables of that list alone', () => {
    const [fines, licences] = prepareDocument(EACH).lists;
    expect(fines?.pageSource).toMatch(/^query Each\(\$codes: \[USCC!\]!, \$day: Date, \$xqAfter: String\)/);
    expect(fines?.pageSource).not.toMatch(/licences/);
    expect(licences?.pageSource).toMatch(/^query Each\(\$codes: \[USCC!\]!, \$xqAfter: String\)/);
    expect(licences?.pageSource).toMatch(/licences\(first: 5, after: \$xqAfter\)/);
  });
});

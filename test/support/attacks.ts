/** A code of right form of no organisation. */
const SUBJECT = '91370306QQQQ00013R';

const many = (count: number, make: (place: number) => string) =>
  Array.from({ length: count }, (_, it) => make(it)).join(' ');
const one = `subject(by: { uscc: "${SUBJECT}" })`;
const codes = (count: number) => Array.from({ length: count }, () => SUBJECT);
const LIST = 'query Q($u: [USCC!]!) { subjects(usccs: $u) { uscc penalties { complete } } }';

const LISTED: readonly (readonly [string, string, unknown])[] = [
  ['aliases', 'TOO_MANY_ALIASES', { query: `{ ${many(150, (it) => `a${it}: ${one} { name }`)} }` }],
  ['few long aliases', 'TOO_MANY_ALIASES', { query: `{ ${many(200, (it) => `a${it}: me { channel }`)} }` }],
  ['directives', 'TOO_MANY_DIRECTIVES', { query: `{ me { channel ${'@skip(if: false) '.repeat(500)} } }` }],
  ['depth', 'TOO_MANY_DEPTH', { query: `{ ${one} ${'{ a '.repeat(900)}${'}'.repeat(900)} }` }],
  [
    'cyclic fragments',
    'CYCLIC_FRAGMENT',
    { query: `{ me { ...F0 } } ${many(200, (it) => `fragment F${it} on Me { ...F${(it + 1) % 200} }`)}` },
  ],
  [
    'fragments that double',
    'TOO_MANY_FIELDS',
    {
      query: `{ me { ...F0 } } ${many(40, (it) => `fragment F${it} on Me { ...F${it + 1} ...F${it + 1} }`)} fragment F40 on Me { channel }`,
    },
  ],
  ['field duplication', 'TOO_MANY_DUPLICATES', { query: `{ me { ${'channel '.repeat(1_500)} } }` }],
  ['duplicated selections', 'TOO_MANY_DUPLICATES', { query: `{ ${many(300, () => 'me { channel }')} }` }],
  ['tokens', 'DOCUMENT_TOO_LARGE', { query: `{ me { ${'channel '.repeat(3_999)} } }` }],
  ['a huge document', 'DOCUMENT_TOO_LARGE', { query: `{ me { channel } } # ${'x'.repeat(60_000)}` }],
  ['a huge list in variables', 'TOO_MANY_SUBJECTS', { query: LIST, variables: { u: codes(1_500) } }],
  ['a huge body', 'DOCUMENT_TOO_LARGE', { query: LIST, variables: { u: codes(50_000) } }],
  [
    'a huge list in the document',
    'DOCUMENT_TOO_LARGE',
    {
      query: `{ subjects(usccs: [${codes(3_990)
        .map((it) => `"${it}"`)
        .join(' ')}]) { uscc } }`,
    },
  ],
  ['a page without end', 'BAD_PAGE', { query: `{ ${one} { penalties(first: 2000000) { complete } } }` }],
  [
    'deep introspection',
    'TOO_MANY_DEPTH',
    { query: `{ __schema { types { ${'fields { type { '.repeat(12)} name ${'} } '.repeat(12)} } } }` },
  ],
  [
    'circular introspection',
    'TOO_MANY_DUPLICATES',
    { query: `{ ${many(40, () => '__schema { types { name } }')} }` },
  ],
  [
    'introspection beside data',
    'MIXED_INTROSPECTION',
    { query: `{ __schema { queryType { name } } ${one} { name } }` },
  ],
  ['entities', 'GRAPHQL_VALIDATION_FAILED', { query: '{ _entities(representations: []) { __typename } }' }],
  ['conflicting fields', 'GRAPHQL_VALIDATION_FAILED', { query: '{ me { x: channel x: platform } }' }],
];

/** Requests that would cost a hub dear if it ran them, each with the code it is refused by. */
export const ATTACKS: readonly { readonly name: string; readonly code: string; readonly body: unknown }[] =
  LISTED.map(([name, code, body]) => ({ name, code, body }));

import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, type OperationDefinitionNode } from 'graphql';
import { fragmentsOf } from '../shared/index.ts';
import { compileShape, completeData, joinedTypes } from './complete-data.ts';

const schema = buildSchema(`
  type Query { list: [Joined] strict: [Joined!] must: [Joined!]! one: Joined any: [Any] named: Named }
  interface Named { name: String }
  type Other implements Named { name: String count: Int! }
  union Any = Joined | Other
  type Joined implements Named { id: ID! name: String must: String! inner: Joined innerMust: Joined! texts: [String!] }
`);

function complete(query: string, data: Record<string, unknown> | undefined): unknown {
  const document = parse(query);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const fragments = fragmentsOf(document);
  return completeData(data, compileShape(operation, fragments, { schema, joined: null }));
}

describe('completeData', () => {
  it('lets no null stand in a non-null place', () => {
    expect(complete('{ one { must } }', { one: { must: null } })).toEqual({ one: null });
    expect(complete('{ strict { id } }', { strict: [{ id: '1' }, null] })).toEqual({ strict: null });
    expect(complete('{ one { texts } }', { one: { texts: ['a', null] } })).toEqual({ one: { texts: null } });
  });

  it('takes all data with it where the root is non-null', () => {
    expect(complete('{ must { id } }', { must: [null] })).toBeNull();
  });

  it('keeps what is next to the broken place', () => {
    expect(
      complete('{ list { id must } }', {
        list: [
          { id: '1', must: 'a' },
          { id: '2', must: null },
        ],
      }),
    ).toEqual({
      list: [{ id: '1', must: 'a' }, null],
    });
  });

  it('goes up only as far as the nearest nullable place', () => {
    const data = { one: { inner: { innerMust: { must: null } } } };
    expect(complete('{ one { inner { innerMust { must } } } }', data)).toEqual({ one: { inner: null } });
  });

  it('follows fragments and aliases', () => {
    const query = '{ one { ...A ... on Joined { id } } } fragment A on Joined { renamed: must }';
    expect(complete(query, { one: { id: '1', renamed: null } })).toEqual({ one: null });
  });

  it('looks into interfaces and unions by the type that came, and takes out a type that was not asked for', () => {
    const query = '{ any { ... on Joined { must } ... on Other { count } ... on Named { name } } }';
    const any = [
      { __typename: 'Joined', must: null, name: 'a' },
      { __typename: 'Other', count: 1, name: 'b' },
      { __typename: 'Joined', must: 'm', name: 'c' },
    ];
    const kept = [null, { count: 1, name: 'b' }, { must: 'm', name: 'c' }];
    expect(complete(query, { any })).toEqual({ any: kept });
    const twice = '{ named { __typename } named { ... on Other { count } } }';
    const other = { __typename: 'Other', count: 1 };
    expect(complete(twice, { named: { ...other } })).toEqual({ named: other });
    expect(complete(twice, { named: { __typename: 'Other', count: null } })).toEqual({ named: null });
  });

  it('leaves an object of an interface alone whose type did not come with it', () => {
    expect(complete('{ named { ... on Other { count } } }', { named: {} })).toEqual({ named: {} });
  });

  it('leaves a field alone that the question switched off', () => {
    expect(complete('{ one { id must @skip(if: true) } }', { one: { id: '1' } })).toEqual({
      one: { id: '1' },
    });
  });

  it('leaves a whole fragment alone that the question switched off', () => {
    const inline = '{ one { id ... @include(if: false) { must } } }';
    const spread = '{ one { id ...A @skip(if: true) } } fragment A on Joined { must inner { must } }';
    for (const query of [inline, spread])
      expect(complete(query, { one: { id: '1' } })).toEqual({ one: { id: '1' } });
  });

  it('answers each root field with null where nothing came back', () => {
    expect(complete('{ one { id } list { id } }', undefined)).toEqual({ one: null, list: null });
  });

  it('knows which types answers of several sources meet in', () => {
    const wider = buildSchema('type Query { a: A } type A { e: E } type E { x: X } type X { y: Int }');
    expect([...joinedTypes(wider, new Set(['E']))].sort()).toEqual(['A', 'E', 'Query']);
  });
});

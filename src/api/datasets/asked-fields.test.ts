import { describe, expect, it } from '@jest/globals';
import { Kind, parse, type FieldNode } from 'graphql';
import type { Dataset } from '../../contracts/manifests/index.ts';
import { fragmentsOf } from '../shared/index.ts';
import { askedFields, fieldsAmong } from './asked-fields.ts';

/** The selection of the first root field of a document, as a resolver is given it. */
function selectionOf(source: string): Parameters<typeof askedFields>[0] {
  const document = parse(source);
  const operation = document.definitions.find((it) => it.kind === Kind.OPERATION_DEFINITION);
  return {
    fieldNodes: (operation?.selectionSet.selections ?? []).filter(
      (it): it is FieldNode => it.kind === Kind.FIELD,
    ),
    fragments: Object.fromEntries(fragmentsOf(document)),
  };
}

const dataset = {
  fields: ['documentNo', 'grade', 'scheme', 'decidedOn'].map((name) => ({ name })),
} as unknown as Dataset;
const asked = (source: string) => [...askedFields(selectionOf(source))].sort();

describe('the fields that are asked of each record', () => {
  it('are none where no record is asked for', () => {
    expect(asked('{ p { complete edges { cursor } pageInfo { endCursor } } }')).toEqual([]);
    expect(fieldsAmong(dataset, [new Set()])).toEqual([]);
  });

  it('are found under aliases, fragments, directives and repeated selections', () => {
    expect(
      asked(`{ p {
        e: edges { n: node { no: documentNo ...F } }
        edges { ... on PEdge @skip(if: true) { node { ... { grade @include(if: false) } } } }
        ...C
      } }
      fragment F on P { decidedOn }
      fragment C on PConnection { edges { node { id } } }`),
    ).toEqual(['decidedOn', 'documentNo', 'grade', 'id']);
    expect(asked('{ p { edges { node { a } } } p { edges { node { b } } } }')).toEqual(['a', 'b']);
  });

  it('are read together for those that ask the same page, the base fields aside', () => {
    const each = [new Set(['grade', 'id']), new Set(['documentNo', 'decidedOn'])];
    expect(fieldsAmong(dataset, each)).toEqual(['documentNo', 'grade']);
  });

  it('are all of them where recognition looks into the statement', () => {
    expect(fieldsAmong(dataset, [new Set(['id']), new Set(['recognition'])])).toBeNull();
  });
});

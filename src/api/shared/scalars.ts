import { GraphQLScalarType, Kind, type GraphQLSchema } from 'graphql';
import { HubError } from '../../domain/hub-error.ts';

type Form = { readonly pattern: RegExp; readonly say: string };

/** Form of each scalar as text. What a code means is judged where it is used. */
const FORMS: Readonly<Record<string, Form>> = {
  USCC: { pattern: /^[0-9A-HJ-NPQRTUWXY]{18}$/, say: '18 characters as in GB 32100' },
  Date: { pattern: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, say: 'a day YYYY-MM-DD' },
  DateTime: {
    pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/,
    say: 'an instant in UTC such as 2026-01-31T08:00:00.000Z',
  },
  Decimal: { pattern: /^-?\d{1,20}(\.\d{1,12})?$/, say: 'a decimal number as text' },
  RegionCode: { pattern: /^\d{6}$/, say: 'six digits' },
};

function parseText(name: string, form: Form, value: unknown): string {
  if (typeof value !== 'string' || !form.pattern.test(value)) {
    throw new HubError('BAD_USER_INPUT', 'refused', `a ${name} is ${form.say}`);
  }
  return value;
}

/** Shows an instant as text and any other value as it is; rows were checked before they were stored. */
function serialize(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}

function scalarOf(name: string, form: Form): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    serialize,
    parseValue: (value) => parseText(name, form, value),
    parseLiteral: (node) => parseText(name, form, node.kind === Kind.STRING ? node.value : null),
  });
}

/** Resolvers of the scalars, for a subgraph that declares them. */
export const SCALARS: Readonly<Record<string, GraphQLScalarType>> = Object.fromEntries(
  Object.entries(FORMS).map(([name, form]) => [name, scalarOf(name, form)]),
);

/** The scalars among those a subgraph declares. @param names names of its types */
export function scalarsAmong(names: ReadonlySet<string>): Record<string, GraphQLScalarType> {
  return Object.fromEntries(Object.entries(SCALARS).filter(([name]) => names.has(name)));
}

/** Gives the scalars of a built schema their checks, so that a wrong value is refused before anything runs. */
export function armScalars(schema: GraphQLSchema): GraphQLSchema {
  for (const [name, scalar] of Object.entries(SCALARS)) {
    const type = schema.getType(name);
    if (!(type instanceof GraphQLScalarType)) continue;
    type.parseValue = scalar.parseValue;
    type.parseLiteral = scalar.parseLiteral;
  }
  return schema;
}

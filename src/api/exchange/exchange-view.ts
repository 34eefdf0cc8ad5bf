/** A subject as a change names it; the subgraph `subjects` knows the rest. */
export type SubjectStub = { readonly __typename: 'CreditSubject'; readonly uscc: string };

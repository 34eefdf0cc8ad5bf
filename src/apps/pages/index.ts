export { FIRST_QUESTION } from './graphiql.ts';
export * from './list-errors.ts';
export * from './make-pages.ts';
export type { StatusView } from './status-page.ts';
export * from './json-schemas.ts';

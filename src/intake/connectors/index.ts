export * from './errors.ts';
export * from './load-connector.ts';
export * from './loaded-connector.ts';
export * from './raw-page.ts';
export * from './read-source.ts';
export { columnsOf, jsonRowsOf, parseJsonAnswer, textOfJson, valueAt, type JsonRow } from './json-rows.ts';
export * from './live-parameter.ts';
export { authorize } from './http-auth.ts';
export * from './parse-cursor.ts';

export * from './errors.ts';
export * from './load-connector.ts';
export * from './loaded-connector.ts';
export * from './raw-page.ts';
export * from './read-source.ts';

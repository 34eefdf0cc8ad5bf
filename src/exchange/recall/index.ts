export * from './erase-by-hand.ts';
export * from './errors.ts';
export * from './settle-persons.ts';
export * from './terms-store.ts';
export * from './terms-watch.ts';

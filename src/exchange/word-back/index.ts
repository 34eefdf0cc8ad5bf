export * from './note-word.ts';
export * from './pass-back-store.ts';
export * from './person-notice-store.ts';
export * from './words-of.ts';

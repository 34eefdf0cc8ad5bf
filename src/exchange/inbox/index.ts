export * from './answer-pull.ts';
export * from './errors.ts';
export * from './inbox-store.ts';
export * from './pull.ts';
export * from './take-in.ts';

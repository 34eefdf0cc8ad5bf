export * from './subject-store.ts';
export * from './subject.ts';

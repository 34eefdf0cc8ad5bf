export * from './owed-element.ts';

export * from './compile-mapping.ts';
export * from './subject-aliases.ts';

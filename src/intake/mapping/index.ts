export * from './compile-mapping.ts';

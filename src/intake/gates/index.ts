export * from './decide-gates.ts';
export * from './gate-figures.ts';

export * from './errors.ts';
export { Evaluator, type Evaluation } from './evaluator.ts';
export * from './parse-expression.ts';

export * from './assess-values.ts';
export * from './judge-row.ts';
export * from './known-names.ts';
export { ruleTexts } from './own-rules.ts';
export * from './person-guard.ts';
export * from './redact-row.ts';

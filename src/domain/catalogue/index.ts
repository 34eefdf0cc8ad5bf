export * from './assess-statement.ts';
export * from './field-spec.ts';
export * from './person-fields.ts';

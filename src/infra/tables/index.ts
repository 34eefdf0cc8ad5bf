export * from './errors.ts';
export * from './table-file.ts';
export * from './marked-workbook.ts';

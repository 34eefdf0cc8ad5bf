export * from './collect-receipts.ts';
export * from './errors.ts';
export * from './receipt-store.ts';

export * from './entitlement.ts';
export * from './owed.ts';
export * from './route.ts';

export * from './entitlement.ts';
export * from './route.ts';

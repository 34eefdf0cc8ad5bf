export * from './errors.ts';
export * from './rate-desk.ts';
export { addressClassOf } from './address-class.ts';

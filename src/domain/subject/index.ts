export * from './assess-code.ts';
export {
  isOrganisationCode,
  isRegistrationNo,
  organisationCodeCheckCharacter,
  registrationNoCheckDigit,
  residentCheckCharacter,
  usccCheckCharacter,
} from './check-characters.ts';
export * from './errors.ts';
export { isMaskedName, looksLikePersonName, maskName, normaliseName } from './names.ts';
export {
  detectPersonNumber,
  PERSON_NUMBER_KINDS,
  type PersonNumberContext,
  type PersonNumberKind,
} from './person-number.ts';
export { holdsPersonNumber, holdsResidentNumber, REDACTED, redactText } from './redact-text.ts';
export * from './regions.ts';
export * from './source-code.ts';
export * from './subject-category.ts';
export * from './uscc.ts';

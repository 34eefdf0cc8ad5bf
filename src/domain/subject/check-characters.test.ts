import { describe, expect, it } from '@jest/globals';
import {
  organisationCodeCheckCharacter,
  registrationNoCheckDigit,
  residentCheckCharacter,
  usccCheckCharacter,
} from './check-characters.ts';

describe('check characters', () => {
  it('are not computed from characters outside the standard', () => {
    for (const attempt of [
      () => usccCheckCharacter('91370306QQQQ0001I'),
      () => usccCheckCharacter('9137'),
      () => organisationCodeCheckCharacter('qqqq0001'),
      () => registrationNoCheckDigit('3703061A345678'),
      () => residentCheckCharacter('1'),
    ]) {
      expect(attempt).toThrow(expect.objectContaining({ code: 'BAD_CODE_FORM' }));
    }
  });

  it('agree with the published vectors', () => {
    expect(usccCheckCharacter('91370306QQQQ00013')).toBe('R');
    expect(usccCheckCharacter('91370306QQQQ0011X')).toBe('0');
    expect(organisationCodeCheckCharacter('QQQQ0001')).toBe('3');
    expect(organisationCodeCheckCharacter('QQQQ0011')).toBe('X');
    expect(registrationNoCheckDigit('11010800000001')).toBe('6');
    // The example printed in GB 11643.
    expect(residentCheckCharacter('11010519491231002')).toBe('X');
  });
});

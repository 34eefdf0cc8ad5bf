import type { Finding } from '../finding.ts';
import { finding } from '../rules.ts';
import { isKnownCategory } from './authority-categories.ts';
import { isOrganisationCode, usccCheckCharacter } from './check-characters.ts';
import { isKnownProvince, isKnownRegion } from './regions.ts';

/**
 * Findings on 18 characters read as a unified social credit code; empty when there is nothing to say.
 *
 * @param code upper case
 * @see GB 32100-2015
 */
export function assessUsccForm(code: string, field: string | null): Finding[] {
  if (!/^[0-9A-HJ-NPQRTUWXY]{18}$/.test(code) || !/^.{2}\d{6}/.test(code)) {
    return [finding('BAD_USCC_FORM', field)];
  }
  const findings: Finding[] = [];
  const region = code.slice(2, 8);
  if (usccCheckCharacter(code.slice(0, 17)) !== code.charAt(17))
    findings.push(finding('BAD_USCC_CHECK', field));
  if (!isOrganisationCode(code.slice(8, 17))) findings.push(finding('BAD_ORG_CODE_CHECK', field));
  if (!isKnownRegion(region)) {
    const province = isKnownProvince(region.slice(0, 2));
    findings.push(finding(province ? 'UNKNOWN_COUNTY' : 'UNKNOWN_PROVINCE', field));
  }
  if (!isKnownCategory(code.charAt(0), code.charAt(1))) findings.push(finding('UNKNOWN_CATEGORY', field));
  return findings;
}

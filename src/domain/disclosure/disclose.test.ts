import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decideDisclosure,
  DISCLOSURE_CLASSES,
  isFieldShown,
  maskForAudience,
  RECORD_STATES,
  type Audience,
  type DisclosureFacts,
} from './index.ts';

const PUBLIC: Audience = { channel: 'PUBLIC' };
const PARTNER: Audience = { channel: 'PARTNER', hub: 'zibo', scopes: ['read:penalty'], purpose: 'QRY-01' };
const OWN: Audience = { channel: 'OWN' };
const TODAY = '2026-03-02';
const facts: DisclosureFacts = {
  disclosureClass: 'PUBLIC',
  publishable: true,
  state: 'CURRENT',
  expiresOn: '2026-03-02',
  decidedOn: '2026-01-05',
};
const reasonOf = (change: Partial<DisclosureFacts>, audience: Audience): string | null =>
  decideDisclosure({ ...facts, ...change }, audience, TODAY).reason;

describe('decideDisclosure', () => {
  it('hides from the public whatever is not public, publishable and in force', () => {
    expect(reasonOf({ disclosureClass: 'GOVERNMENT' }, PUBLIC)).toBe('NOT_PUBLIC');
    expect(reasonOf({ disclosureClass: 'RESTRICTED' }, PUBLIC)).toBe('RESTRICTED');
    expect(reasonOf({ publishable: false }, PUBLIC)).toBe('NOT_PUBLISHABLE');
    expect(reasonOf({ expiresOn: '2026-03-01' }, PUBLIC)).toBe('EXPIRED');
    expect(reasonOf({ expiresOn: null }, PUBLIC)).toBe('NO_EXPIRY');
    expect(reasonOf({ decidedOn: '2026-03-03' }, PUBLIC)).toBe('NOT_YET_DECIDED');
    expect(reasonOf({ state: 'WITHDRAWN' }, PUBLIC)).toBe('WITHDRAWN');
  });

  it('hides from partners what is restricted or has ended, and everything without a purpose', () => {
    expect(reasonOf({ disclosureClass: 'RESTRICTED' }, PARTNER)).toBe('RESTRICTED');
    expect(reasonOf({ state: 'REPAIRED' }, PARTNER)).toBe('REPAIRED');
    expect(reasonOf({ expiresOn: '2026-03-01' }, PARTNER)).toBe('EXPIRED');
    expect(reasonOf({}, { ...PARTNER, purpose: ' ' })).toBe('PURPOSE_MISSING');
  });

  it('shows to each its due', () => {
    expect(reasonOf({}, PUBLIC)).toBeNull();
    expect(reasonOf({ expiresOn: '2099-12-31' }, PUBLIC)).toBeNull();
    expect(reasonOf({ disclosureClass: 'GOVERNMENT', publishable: false }, PARTNER)).toBeNull();
    expect(reasonOf({ disclosureClass: 'RESTRICTED', state: 'WITHDRAWN' }, OWN)).toBeNull();
  });

  it('never shows the public more than a partner, nor a partner more than the hub', () => {
    const anyFacts = fc.record({
      disclosureClass: fc.constantFrom(...DISCLOSURE_CLASSES),
      publishable: fc.boolean(),
      state: fc.constantFrom(...RECORD_STATES),
      expiresOn: fc.constantFrom('2026-03-01', '2026-03-02', '2099-12-31', null),
      decidedOn: fc.constantFrom('2026-01-05', '2026-03-03'),
    });
    fc.assert(
      fc.property(anyFacts, (it) => {
        const [open, government, own] = [PUBLIC, PARTNER, OWN].map(
          (to) => decideDisclosure(it, to, TODAY).shown,
        );
        expect(open !== true || government === true).toBe(true);
        expect(government !== true || own === true).toBe(true);
      }),
      { seed: 20260108, numRuns: 300 },
    );
  });
});

describe('isFieldShown', () => {
  it('follows the class as a record of it would', () => {
    const shown = (audience: Audience) => DISCLOSURE_CLASSES.filter((it) => isFieldShown(it, audience));
    expect([PUBLIC, PARTNER, OWN].map(shown)).toEqual([
      ['PUBLIC'],
      ['PUBLIC', 'GOVERNMENT'],
      ['PUBLIC', 'GOVERNMENT', 'RESTRICTED'],
    ]);
  });
});

describe('maskForAudience', () => {
  it('masks a sole trader whose name reads like a person, outside government only', () => {
    expect(maskForAudience('张三', '92371302QQQQ000214', PUBLIC)).toBe('张*');
    expect(maskForAudience('张三', '92371302QQQQ000214', PARTNER)).toBe('张三');
    expect(maskForAudience('测试一小吃店', '92371302QQQQ000214', PUBLIC)).toBe('测试一小吃店');
    expect(maskForAudience('张三', '91370306QQQQ00013R', PUBLIC)).toBe('张三');
  });
});

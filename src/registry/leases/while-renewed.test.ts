import { describe, expect, it } from '@jest/globals';
import { whileRenewed } from './while-renewed.ts';

describe('whileRenewed', () => {
  it('passes the failure of the work on and renews no more', async () => {
    let renewals = 0;
    const renew = () => Promise.resolve((renewals += 1));
    const failing = whileRenewed({ everyMs: 1, renew }, () => Promise.reject(new Error('no way on')));
    await expect(failing).rejects.toThrow('no way on');
    const after = renewals;
    await new Promise((done) => setTimeout(done, 5));
    expect(renewals).toBe(after);
  });

  it('renews as long as the work goes on', async () => {
    let third: () => void = () => undefined;
    const renewedThrice = new Promise<void>((resolve) => (third = resolve));
    let renewals = 0;
    const renew = () => Promise.resolve().then(() => ((renewals += 1) === 3 ? third() : undefined));
    await whileRenewed({ everyMs: 1, renew }, () => renewedThrice);
    expect(renewals).toBeGreaterThanOrEqual(3);
  });

  it('goes on where a renewal fails', async () => {
    let asked = 0;
    let second: () => void = () => undefined;
    const askedTwice = new Promise<void>((resolve) => (second = resolve));
    const renew = () => {
      if ((asked += 1) === 2) second();
      return Promise.reject(new Error('the store is away'));
    };
    await expect(whileRenewed({ everyMs: 1, renew }, () => askedTwice.then(() => 'done'))).resolves.toBe(
      'done',
    );
  });
});

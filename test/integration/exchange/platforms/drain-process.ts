import SftpClient from 'ssh2-sftp-client';
import { openHub } from '../../../../src/apps/hub/index.ts';
import { drainPartner } from '../../../../src/exchange/delivery/index.ts';
import { parseConfig } from '../../../../src/infra/config/index.ts';

/**
 * A sender that says when it is in the middle of a drop and stays there, to be killed: `part` while the file has its
 * temporary name, `file` when it has its name and no marker.
 */
const moment = process.argv[2];
const stay = (): Promise<never> => {
  process.stdout.write('here\n');
  return new Promise(() => undefined);
};
type Step = (this: SftpClient, first: unknown, second: string) => Promise<unknown>;
const before = (name: 'rename' | 'put', isHere: (to: string) => boolean): void => {
  const step = Reflect.get(SftpClient.prototype, name) as Step;
  const halting: Step = function (first, second) {
    return isHere(second) ? stay() : Reflect.apply(step, this, [first, second]);
  };
  Reflect.set(SftpClient.prototype, name, halting);
};
before('rename', () => moment === 'part');
before('put', (to) => moment === 'file' && to.endsWith('.ok'));

const { caller, channels, log } = await openHub(parseConfig());
const partner = caller.directory.get('zibo-credit');
await drainPartner({ caller, partner, log, random: () => 0, channel: channels.get(partner.id) });

import type { Platform } from '../../contracts/manifests/index.ts';
import type { PlatformLink } from './platform-link.ts';
import { RestLink } from './rest-link.ts';
import { SftpLink } from './sftp-link.ts';
import { SqlLink } from './sql-link.ts';

/** Opens the way that a manifest declares; nothing is connected and no secret is read before it is used. */
export function openLink(platform: Platform): PlatformLink {
  const { transport } = platform;
  switch (transport.type) {
    case 'sftp':
      return new SftpLink(platform, transport);
    case 'sql':
      return new SqlLink(platform, transport);
    case 'rest':
      return new RestLink(platform, transport);
  }
}

import type { SftpAddressSpec } from '../../contracts/manifests/index.ts';
import { resolveReferences } from '../config/index.ts';
import { withSftp, type SftpAddress, type SftpFile } from './sftp-session.ts';

/** What is fetched, and where to. */
export type SftpFetch = { readonly from: string; readonly to: string; readonly maxBytes: number };

/** An address with its references resolved. @throws SECRET_NOT_SET */
export function sftpAddressOf(spec: SftpAddressSpec): SftpAddress {
  const { host, port, user, password, privateKey, hostKey, timeoutMs } = spec;
  return {
    host: resolveReferences(host),
    port: Number(typeof port === 'number' ? port : resolveReferences(port)),
    user: resolveReferences(user),
    password: password === undefined ? undefined : resolveReferences(password),
    privateKey: privateKey === undefined ? undefined : resolveReferences(privateKey),
    hostKey: resolveReferences(hostKey),
    timeoutMs,
  };
}

/** Files of a folder. @throws as `withSftp` */
export function listSftp(address: SftpAddress, folder: string): Promise<SftpFile[]> {
  return withSftp(address, (session) => session.list(folder));
}

/**
 * Fetches one file, streamed.
 *
 * @returns its size and time at the server when it was here
 * @throws SFTP_TOO_LARGE, and as `withSftp`
 */
export function fetchSftp(address: SftpAddress, { from, to, maxBytes }: SftpFetch): Promise<SftpFile> {
  return withSftp(address, async (session) => {
    await session.download(from, to, maxBytes);
    return session.stat(from);
  });
}

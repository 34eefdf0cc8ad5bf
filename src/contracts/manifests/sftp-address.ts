import { z } from 'zod';
import { secretReferenceSchema, templatedSchema } from './primitives.ts';

/** Where an SFTP server is, who we are there, and which server it must be. */
export const sftpAddressShape = {
  host: templatedSchema,
  port: z.union([z.int().min(1).max(65_535), secretReferenceSchema]).default(22),
  user: templatedSchema,
  password: secretReferenceSchema.optional(),
  privateKey: secretReferenceSchema.optional(),
  /** SHA-256 of the server's host key as `ssh-keygen -l` prints it, `SHA256:…`; another key is refused. */
  hostKey: z.union([
    z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'SHA256: and 43 characters'),
    secretReferenceSchema,
  ]),
  timeoutMs: z.int().min(100).max(600_000).default(30_000),
};

/** An SFTP server and its folder's owner, in a manifest. */
export const sftpAddressSchema = z.strictObject(sftpAddressShape);

/** Where an SFTP server is, as a manifest says it. */
export type SftpAddressSpec = z.output<typeof sftpAddressSchema>;

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubFile, PartnerTerms } from '../../contracts/manifests/index.ts';
import { generateSigningKey, publicKeyOfFile } from '../../infra/signing/index.ts';
import { SANDBOX_CONNECTORS } from './inbox.ts';

/** The partner that the sandbox lets in: who it is, why it asks, and the private key it signs with. */
export type SandboxPartner = {
  readonly id: string;
  readonly purpose: string;
  readonly keyId: string;
  readonly keyFile: string;
};

/** A key file in a folder, made at the first start and kept. */
export function keptKey(folder: string, name: string): string {
  const file = join(folder, name);
  if (!existsSync(file)) writeFileSync(file, generateSigningKey().privatePem, { mode: 0o600 });
  return file;
}

/** The partner of the sandbox, with a key that outlives a start. */
export function sandboxPartner(folder: string): SandboxPartner {
  const keyFile = keptKey(folder, 'partner.key.pem');
  return { id: 'sandbox-partner', purpose: 'PUBLIC_RESOURCE_TRADING', keyId: 'k1', keyFile };
}

function termsOf({ id, purpose, keyId, keyFile }: SandboxPartner): PartnerTerms {
  return {
    id,
    name: { zh: '沙箱合作平台', en: 'Partner of the sandbox' },
    relation: 'PEER',
    region: '440800',
    keys: [
      {
        id: keyId,
        algorithm: 'ed25519',
        publicKey: publicKeyOfFile(keyFile),
        from: '2026-01-01T00:00:00.000Z',
        until: null,
        revokedAt: null,
      },
    ],
    receives: null,
    sends: null,
    pull: null,
    query: { purposes: [purpose], scopes: ['read:licence', 'read:penalty', 'read:evaluation'] },
    ask: null,
  };
}

/** The hub file of the sandbox. */
export function sandboxHubFile(partner: SandboxPartner): HubFile {
  return {
    apiVersion: 'xinqiao/v1',
    kind: 'Hub',
    id: 'sandbox',
    name: { zh: '信桥沙箱（合成数据）', en: 'Xinqiao sandbox (made-up data)' },
    level: 'DISTRICT',
    region: '370306',
    soleTraders: 'on',
    connectors: [...SANDBOX_CONNECTORS],
    partners: [termsOf(partner)],
    agreements: [],
    recall: { overdueAfterHours: 24 },
  };
}

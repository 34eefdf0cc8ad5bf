import type { Connector } from '../../contracts/manifests/index.ts';
import type { ManifestFault } from './manifest-fault.ts';

const REFERENCE = /\$\{(?:env|file):[^}]+\}/g;
/** `name:word@` before a host. */
const LOGIN = /\/\/[^/?#@]*:[^/?#@]+@/;
/** `password=word`, `token=word` and the like, in a query or a list of settings. */
const NAMED =
  /(?:^|[?&;,\s])(?:pass(?:word|wd)?|pwd|token|access_token|api_?key|app_?key|key|secret|sign)=[^&;,\s]+/i;

/** Whether a text holds a secret itself, where it should hold a reference. */
export function holdsSecret(text: string): boolean {
  const plain = text.replace(REFERENCE, '');
  return LOGIN.test(plain) || NAMED.test(plain);
}

/** Addresses of a manifest that hold a password or key: manifests are read, copied and kept in version control. */
export function checkSecrets({ source }: Connector): ManifestFault[] {
  const addresses: Readonly<Record<string, string | undefined>> = {
    dsn: source.type === 'sql' ? source.dsn : undefined,
    url: source.type === 'rest' || source.type === 'graphql' ? source.url : undefined,
    folder: source.type === 'file' ? source.folder : undefined,
  };
  const message = 'holds a secret: write ${env:NAME} or ${file:path} in its place';
  return Object.entries(addresses)
    .filter(([, text]) => text !== undefined && holdsSecret(text))
    .map(([key]) => ({ path: ['source', key], message }));
}

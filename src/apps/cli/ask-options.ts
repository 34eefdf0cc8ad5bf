import { readFileSync } from 'node:fs';
import { startApi } from '../../api/gateway/index.ts';
import { OWN_ASKER } from '../../api/shared/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { BulkAsker, BulkReply } from '../bulk-query/index.ts';
import { askHub, type QuerySender } from '../client/index.ts';
import { apiParts } from '../hub/index.ts';
import { withHub } from './with-hub.ts';

/** Whom to ask, as whom, for how long. */
export type AskOptions = {
  url?: string;
  variables: string;
  as?: string;
  key?: string;
  keyId: string;
  purpose?: string;
  token?: string;
  timeout: string;
};

/** Variables as a person writes them. @throws BAD_USAGE */
export function variablesOf({ variables }: AskOptions): Record<string, unknown> {
  try {
    return JSON.parse(variables) as Record<string, unknown>;
  } catch (cause) {
    throw new HubError('BAD_USAGE', 'config', '--variables is not JSON', { cause });
  }
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new HubError('BAD_USAGE', 'config', `the token ${file} cannot be read`, { cause });
  }
}

/** The platform that signs, or null for the public channel. @throws BAD_USAGE */
export function senderOf(options: AskOptions): QuerySender | null {
  const { as, key, keyId, purpose, url } = options;
  if (as === undefined && key === undefined) return null;
  if (as === undefined || key === undefined || purpose === undefined || url === undefined) {
    throw new HubError(
      'BAD_USAGE',
      'config',
      'a signed query needs --url, --as, --key and --purpose together',
    );
  }
  const token = options.token === undefined ? {} : { token: readToken(options.token) };
  return { hub: as, keyFile: key, keyId, purpose, ...token };
}

function remoteAsker(url: string, options: AskOptions): BulkAsker {
  senderOf(options);
  const timeoutMs = Number(options.timeout);
  return async (query, variables) => {
    // Anew for each question: whoever keeps a token's file fresh can ask for longer than a token lives.
    const sender = senderOf(options);
    const { status, headers, body } = await askHub({ url, query, variables, sender, timeoutMs });
    const { data, errors } = (body ?? {}) as Partial<Pick<BulkReply, 'data' | 'errors'>>;
    return { status, headers, data: data ?? null, errors: errors ?? [] };
  };
}

/** Works with a way to ask: the hub at `--url`, or the one that the environment names, as by its own operator. */
export async function withAsker(options: AskOptions, work: (ask: BulkAsker) => Promise<void>): Promise<void> {
  const { url } = options;
  if (url !== undefined) {
    await work(remoteAsker(url.replace(/\/$/, ''), options));
    return;
  }
  senderOf(options);
  const timeoutMs = Number(options.timeout);
  await withHub(async (parts) => {
    const api = await startApi({ ...apiParts(parts), publicUrl: parts.publicUrl });
    try {
      await work(async (source, variables) => {
        const { data, errors } = await api.ask({ source, variables, asker: OWN_ASKER, timeoutMs });
        return { status: 200, headers: null, data: data ?? null, errors };
      });
    } finally {
      await api.close();
    }
  });
}

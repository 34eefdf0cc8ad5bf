import { createHash, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { HubFile } from '../../contracts/manifests/index.ts';
import type { LiveSource } from '../../contracts/doors/index.ts';
import { openLink, PlatformChannel } from '../../exchange/platforms/index.ts';
import type { Caller } from '../../exchange/partners/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { systemClock } from '../../infra/clock/index.ts';
import type { Config } from '../../infra/config/index.ts';
import type { LoadedConnector } from '../../intake/connectors/index.ts';
import { liveSourceOf } from '../../intake/live/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';

/** The live ones among the connectors, ready to be asked. */
export function openLiveSources(parts: {
  connectors: readonly LoadedConnector[];
  catalogue: Catalogue;
  hub: HubFile;
}): LiveSource[] {
  const { connectors, catalogue, hub } = parts;
  return connectors
    .filter((it) => it.mode === 'live')
    .map((connector) => liveSourceOf({ connector, catalogue, hub, clock: systemClock }));
}

/** The ways to the partners that are not Xinqiao, by partner; nothing is connected before the first use. */
export function openChannels(parts: {
  caller: Caller;
  catalogue: Catalogue;
  log: Logger;
}): ReadonlyMap<string, PlatformChannel> {
  const { directory } = parts.caller;
  const channels = directory.list().flatMap((partner) => {
    const platform = directory.findPlatform(partner);
    if (platform === null) return [];
    return [
      [partner.id, new PlatformChannel({ ...parts, partner, platform, link: openLink(platform) })] as const,
    ];
  });
  return new Map(channels);
}

/** One connector of a hub. @throws UNKNOWN_CONNECTOR naming those there are */
export function getConnector(connectors: readonly LoadedConnector[], id: string): LoadedConnector {
  const found = connectors.find((it) => it.metadata.id === id);
  if (found !== undefined) return found;
  const known = connectors.map((it) => it.metadata.id).join(', ');
  throw new HubError(
    'UNKNOWN_CONNECTOR',
    'config',
    `the hub file names no connector ${id}; it names: ${known}`,
  );
}

/**
 * The secret that keys row digests in quarantine: its own file, or derived from the signing key, so that a hub
 * never runs without one.
 */
export function rowSecret(config: Config): Buffer {
  if (config.feedbackSecretFile !== null)
    return createHash('sha256').update(readFileSync(config.feedbackSecretFile)).digest();
  const key = readFileSync(config.signingKeyFile);
  return Buffer.from(hkdfSync('sha256', key, new Uint8Array(), 'xinqiao row digests', 32));
}

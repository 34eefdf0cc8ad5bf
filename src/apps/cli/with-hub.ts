import { findVariable, parseConfig } from '../../infra/config/index.ts';
import { openHub, type HubParts } from '../hub/index.ts';
import { embeddedConfig, type EmbeddedConfig } from './embedded-config.ts';

async function withConfig(settings: EmbeddedConfig, work: (parts: HubParts) => Promise<void>): Promise<void> {
  try {
    const parts = await openHub({ ...settings.config, logLevel: 'error' });
    try {
      await work(parts);
    } finally {
      await parts.close();
    }
  } finally {
    await settings.stop();
  }
}

/** Opens the hub that the environment names for one command, quietly, and closes it whatever happens. */
export async function withHub(work: (parts: HubParts) => Promise<void>): Promise<void> {
  await withConfig({ config: parseConfig(), stop: () => Promise.resolve() }, work);
}

/**
 * Opens the hub that the environment names; where it names no store, a hub of this folder on local stores, those of
 * `xinqiao serve --embedded` where it runs. Never in production.
 */
export async function withHubOrEmbedded(work: (parts: HubParts) => Promise<void>): Promise<void> {
  const isNamed = findVariable('XINQIAO_MONGODB_URI') !== undefined;
  if (isNamed || findVariable('XINQIAO_MODE') === 'production') await withHub(work);
  else await withConfig(await embeddedConfig(), work);
}

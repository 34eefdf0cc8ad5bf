import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { HubError } from '../../domain/hub-error.ts';
import { findVariable } from '../../infra/config/index.ts';
import { loadCatalogue, type Catalogue } from '../../registry/catalogue/index.ts';

/** Adds `--connectors`, the folder of sources, datasets and codes: the one that the hub's settings name, by default. */
export function withConnectors(command: Command): Command {
  const folder = findVariable('XINQIAO_CONNECTORS_DIR') ?? 'connectors';
  return command.option('--connectors <folder>', 'folder with sources, datasets and codes', folder);
}

/** Loads what stands in that folder. @throws FILE_MISSING where there is none, saying how one is named; BAD_FILE */
export function catalogueIn(folder: string): Catalogue {
  if (existsSync(folder)) return loadCatalogue(folder);
  const advice = 'name one with --connectors or XINQIAO_CONNECTORS_DIR, or copy the one of the clone here';
  throw new HubError('FILE_MISSING', 'config', `there is no folder ${folder}: ${advice}`);
}

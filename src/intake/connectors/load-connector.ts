import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { connectorSchema, type Connector } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { parseYaml, placeFaults, type FileFault } from '../../infra/files/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import { checkManifest } from './check-manifest.ts';
import type { LoadedConnector } from './loaded-connector.ts';

type Read = { manifest: Connector | null; faults: FileFault[]; text: string };

function readConnector(directory: string, catalogue: Catalogue): Read {
  const file = join(directory, 'connector.yml');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HubError('FILE_MISSING', 'config', `${file} cannot be read`, { cause });
  }
  const parsed = parseYaml(text, connectorSchema, file);
  if (parsed.value === null) return { manifest: null, faults: parsed.faults, text };
  const manifest = parsed.value;
  const faults = checkManifest(manifest, catalogue);
  if (manifest.metadata.id !== basename(resolve(directory))) {
    const message = `the id must be the folder's name, ${basename(resolve(directory))}`;
    faults.push({ path: ['metadata', 'id'], message });
  }
  return { manifest, faults: placeFaults(faults, text, file), text };
}

/**
 * All faults of a source's manifest at once, each with its place and the nearest known word; empty when it is right.
 *
 * @param directory folder that holds `connector.yml`
 * @throws FILE_MISSING
 */
export function checkConnector(directory: string, catalogue: Catalogue): FileFault[] {
  return readConnector(directory, catalogue).faults;
}

/**
 * Loads a source's manifest.
 *
 * @param directory folder that holds `connector.yml`
 * @throws FILE_MISSING, BAD_FILE with every fault's line, column and nearest word
 */
export function loadConnector(directory: string, catalogue: Catalogue): LoadedConnector {
  const { manifest, faults, text } = readConnector(directory, catalogue);
  if (manifest === null || faults.length > 0) {
    const lines = faults.map((it) => `${it.file}:${it.line}:${it.column} ${it.message}`);
    throw new HubError('BAD_FILE', 'config', lines.join('\n'), { details: { faults } });
  }
  return { ...manifest, directory: resolve(directory), revision: sha256Hex(text).slice(0, 12) };
}

import type { FileSourceSpec, RestSourceSpec } from '../../contracts/manifests/index.ts';
import type { ManifestFault } from './manifest-fault.ts';

type FileKey = 'rows' | 'sheet' | 'delimiter' | 'header' | 'encoding';

/** Keys that say something to some formats only. */
const FORMATS: Readonly<Record<FileKey, readonly FileSourceSpec['format'][]>> = {
  rows: ['json', 'xml'],
  sheet: ['xlsx'],
  delimiter: ['csv', 'tsv'],
  header: ['csv', 'tsv', 'xlsx'],
  encoding: ['csv', 'tsv', 'json', 'ndjson', 'xml'],
};

const at = (key: string, message: string): ManifestFault => ({ path: ['source', key], message });

function isGiven(source: FileSourceSpec, key: FileKey): boolean {
  return key === 'encoding' ? source.encoding !== 'auto' : source[key] !== undefined;
}

/** What a source of files gets wrong beyond its form: keys that its format or its place does not read. */
export function checkFileSource(source: FileSourceSpec): ManifestFault[] {
  const keys = Object.keys(FORMATS) as FileKey[];
  const unread = keys
    .filter((key) => isGiven(source, key) && !FORMATS[key].includes(source.format))
    .map((key) => at(key, `${key} says nothing to ${source.format}: it is for ${FORMATS[key].join(', ')}`));
  const faults = [...unread];
  if (source.format === 'xml' && source.rows === undefined)
    faults.push(at('rows', 'XML needs the element of a row, such as row or list.row'));
  if (source.via === 'sftp' && source.sftp === undefined)
    faults.push(at('sftp', 'files that come by SFTP need source.sftp'));
  if (source.via !== 'sftp' && source.sftp !== undefined)
    faults.push(at('via', 'source.sftp is read where source.via is sftp'));
  return faults;
}

/** What a REST source gets wrong beyond its form. */
export function checkRestSource(source: RestSourceSpec, mode: 'collect' | 'live'): ManifestFault[] {
  const faults: ManifestFault[] = [];
  if (source.token !== undefined && source.auth !== undefined)
    faults.push(at('token', 'says the same as source.auth: give one of them'));
  if (mode === 'live' && source.format === 'xml')
    faults.push(at('format', 'an interface that is asked at query time answers with JSON'));
  return faults;
}

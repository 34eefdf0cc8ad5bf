import { openPromise } from 'yauzl';
import { HubError } from '../../domain/hub-error.ts';

/** What is looked at in a ZIP. */
export type ZipWalk = {
  readonly path: string;
  readonly maxEntries: number;
  /** Bytes of all entries together when unpacked. */
  readonly maxBytes: number;
  /** Called for each piece of each entry, in order. */
  readonly onChunk: (name: string, chunk: Buffer) => void;
};

/**
 * Unpacks every entry of a ZIP once and keeps nothing: how much there really is, whatever the ZIP says of itself.
 *
 * @throws ARCHIVE_TOO_LARGE, BAD_ARCHIVE, and what `onChunk` throws
 */
export async function walkZip({ path, maxEntries, maxBytes, onChunk }: ZipWalk): Promise<void> {
  let bytes = 0;
  let entries = 0;
  const count = (size: number): void => {
    bytes += size;
    if (bytes > maxBytes)
      throw new HubError('ARCHIVE_TOO_LARGE', 'refused', `it unpacks to more than ${maxBytes} bytes`);
  };
  try {
    const zip = await openPromise(path, { autoClose: false });
    try {
      for await (const entry of zip.eachEntry()) {
        entries += 1;
        if (entries > maxEntries)
          throw new HubError('ARCHIVE_TOO_LARGE', 'refused', `it has more than ${maxEntries} entries`);
        for await (const chunk of await zip.openReadStreamPromise(entry)) {
          count((chunk as Buffer).byteLength);
          onChunk(entry.fileName, chunk as Buffer);
        }
      }
    } finally {
      zip.close();
    }
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    throw new HubError('BAD_ARCHIVE', 'refused', 'the archive cannot be unpacked to its end', { cause });
  }
}

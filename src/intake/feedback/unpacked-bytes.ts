const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const MAX_COMMENT = 65_535;
const ZIP64 = 0xffff_ffff;

/** Where the list of entries ends, or -1. */
function endOf(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - END_BYTES - MAX_COMMENT);
  for (let at = bytes.length - END_BYTES; at >= first; at -= 1) if (bytes.readUInt32LE(at) === END) return at;
  return -1;
}

/**
 * How many bytes a ZIP archive says it unpacks to; null where it is no archive, or one of the 64-bit form, which no
 * workbook of a size that is taken needs.
 *
 * @see PKWARE APPNOTE 4.3.12, 4.3.16
 */
export function unpackedBytes(bytes: Buffer): number | null {
  const end = endOf(bytes);
  if (end < 0) return null;
  let at = bytes.readUInt32LE(end + 16);
  let sum = 0;
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (at + ENTRY_BYTES > bytes.length || bytes.readUInt32LE(at) !== ENTRY) return null;
    const size = bytes.readUInt32LE(at + 24);
    if (size === ZIP64) return null;
    sum += size;
    const named = bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    at += ENTRY_BYTES + named;
  }
  return sum;
}

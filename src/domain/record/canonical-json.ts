import { createHash } from 'node:crypto';
import { HubError } from '../hub-error.ts';
import type { Statement } from './json.ts';

const MAX_DEPTH = 64;

function refuse(path: string, what: string): never {
  throw new HubError('NOT_CANONICAL', 'refused', `${path} ${what}; send plain JSON values only`, {
    details: { path },
  });
}

function writeText(text: string, path: string): string {
  if (!text.isWellFormed()) refuse(path, 'holds half of a surrogate pair');
  return JSON.stringify(text.normalize('NFC'));
}

function writeObject(value: object, path: string, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) refuse(path, 'is not a plain object');
  const members: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) members.push([name.normalize('NFC'), member]);
  }
  // RFC 8785 orders names by UTF-16 code units, which is what < compares.
  members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const parts = members.map(([name, member], place) => {
    const at = `${path}.${name}`;
    if (members[place - 1]?.[0] === name) refuse(at, 'occurs twice');
    return `${writeText(name, at)}:${write(member, at, depth + 1)}`;
  });
  return `{${parts.join(',')}}`;
}

function write(value: unknown, path: string, depth: number): string {
  if (depth > MAX_DEPTH) refuse(path.slice(0, 80), `is nested deeper than ${MAX_DEPTH} levels`);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeText(value, path);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse(path, 'is not a finite number');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return `[${Array.from(items, (it, place) => write(it, `${path}[${place}]`, depth + 1)).join(',')}]`;
  }
  if (typeof value === 'object') return writeObject(value, path, depth);
  return refuse(path, 'is not a JSON value');
}

/**
 * The one text form of a JSON value: names sorted by UTF-16 code units, no white space, numbers as ECMAScript
 * writes them, all text in NFC. Undefined members are dropped.
 *
 * @throws NOT_CANONICAL for numbers that are not finite, undefined inside arrays, objects that are not plain,
 *   half surrogate pairs, names equal after NFC, and nesting beyond 64 levels
 * @see RFC 8785 section 3.2; Unicode Standard Annex #15
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$', 0);
}

/** SHA-256 of a text (as UTF-8) or of bytes, 64 lower-case hexadecimal digits. @see FIPS 180-4 */
export function sha256Hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * The content hash of a statement: SHA-256 over its canonical JSON, 64 lower-case hexadecimal digits.
 * No provenance and no time of ours enters it, so the same words from two hubs have the same hash.
 *
 * @throws NOT_CANONICAL
 */
export function contentHash(statement: Statement): string {
  return sha256Hex(canonicalJson(statement));
}

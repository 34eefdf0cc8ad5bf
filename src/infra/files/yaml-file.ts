import { readFileSync } from 'node:fs';
import { isMap, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { HubError } from '../../domain/hub-error.ts';

/** One fault in a declared file: where it stands and what to do. */
export type FileFault = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

/** Number of single-character edits between two words, at most `limit + 1`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The known word nearest to a misspelt one, or null when none is near. */
export function nearestWord(word: string, known: readonly string[]): string | null {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(2, Math.floor(word.length / 3))
    ? best.candidate
    : null;
}

/** Keys a zod object schema knows at a path, through unions and optionals. */
function knownKeysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const def = schema._zod.def as { type: string } & Record<string, unknown>;
  const inner = def.innerType ?? def.in;
  if (inner !== undefined) return knownKeysAt(inner as z.core.$ZodType, path);
  if (def.type === 'union') {
    return (def.options as z.core.$ZodType[]).flatMap((option) => knownKeysAt(option, path));
  }
  if (def.type === 'object') {
    const shape = def.shape as Record<string, z.core.$ZodType>;
    const [head, ...rest] = path;
    if (head === undefined) return Object.keys(shape);
    const next = shape[String(head)];
    return next === undefined ? [] : knownKeysAt(next, rest);
  }
  const element = def.type === 'array' ? def.element : def.valueType;
  return element === undefined || path.length === 0
    ? []
    : knownKeysAt(element as z.core.$ZodType, path.slice(1));
}

function placeOf(
  document: Document,
  path: readonly PropertyKey[],
  lines: LineCounter,
): { line: number; col: number } {
  for (let length = path.length; length >= 0; length -= 1) {
    const parent = length === 0 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    if (length > 0 && isMap(parent)) {
      const pair = parent.items.find(
        (item) => String((item.key as { value?: unknown }).value) === String(key),
      );
      const range = (pair?.key as { range?: [number, number, number] } | undefined)?.range;
      if (range !== undefined) return lines.linePos(range[0]);
    }
    if (length > 0 && isSeq(parent)) {
      const range = (parent.items[Number(key)] as { range?: [number, number, number] } | undefined)?.range;
      if (range !== undefined) return lines.linePos(range[0]);
    }
  }
  return { line: 1, col: 1 };
}

type Issue = z.core.$ZodIssue;

/** A union fails as a whole; the branch with the fewest faults is the one that was meant. */
function flatten(issue: Issue, prefix: readonly PropertyKey[]): { path: PropertyKey[]; issue: Issue }[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branches = issue.errors.filter(
      (errors) => !errors.some((e) => e.code === 'invalid_type' && e.path.length === 0),
    );
    const meant = [...branches].sort((a, b) => a.length - b.length)[0];
    if (meant !== undefined) return meant.flatMap((inner) => flatten(inner, path));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], issue }));
  }
  return [{ path, issue }];
}

function messageOf(path: readonly PropertyKey[], issue: Issue, schema: z.core.$ZodType): string {
  const name = path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys') return `${name}: ${issue.message}`;
  const nearest = nearestWord(String(path.at(-1)), knownKeysAt(schema, path.slice(0, -1)));
  return `unknown key "${name}"${nearest === null ? '' : `: did you mean "${nearest}"?`}`;
}

/** Aliases are resolved only here: one that names nothing, or that grows without end, is a fault of the file. */
function plainValue(document: Document): { value: unknown; fault: null } | { value: null; fault: string } {
  try {
    return { value: document.toJS(), fault: null };
  } catch (error) {
    if (error instanceof ReferenceError) return { value: null, fault: error.message };
    throw error;
  }
}

/** All faults of a YAML text against a schema, or the parsed value. */
export function parseYaml<S extends z.core.$ZodType>(
  text: string,
  schema: S,
  file: string,
): { value: z.output<S>; faults: [] } | { value: null; faults: FileFault[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    return {
      value: null,
      faults: document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { file, line, column: col, message: error.message };
      }),
    };
  }
  const plain = plainValue(document);
  if (plain.fault !== null) {
    return { value: null, faults: [{ file, line: 1, column: 1, message: plain.fault }] };
  }
  const parsed = (schema as unknown as z.ZodType<z.output<S>>).safeParse(plain.value);
  if (parsed.success) return { value: parsed.data, faults: [] };
  const faults = parsed.error.issues
    .flatMap((issue) => flatten(issue, []))
    .map(({ path, issue }) => {
      const { line, col } = placeOf(document, path, lines);
      return { file, line, column: col, message: messageOf(path, issue, schema) };
    });
  return { value: null, faults };
}

/** Gives faults that were found beyond a text's form the line and column of the key they are about. */
export function placeFaults(
  faults: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
  text: string,
  file: string,
): FileFault[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  return faults.map(({ path, message }) => {
    const { line, col } = placeOf(document, path, lines);
    return { file, line, column: col, message: `${path.map(String).join('.')}: ${message}` };
  });
}

/**
 * Reads a declared YAML file.
 *
 * @throws FILE_MISSING, BAD_FILE with every fault's line, column and nearest key
 */
export function readYamlFile<S extends z.core.$ZodType>(path: string, schema: S): z.output<S> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HubError('FILE_MISSING', 'config', `${path} cannot be read`, { cause });
  }
  const parsed = parseYaml(text, schema, path);
  if (parsed.value !== null) return parsed.value;
  const faults = parsed.faults.map((it) => `${it.file}:${it.line}:${it.column} ${it.message}`);
  throw new HubError('BAD_FILE', 'config', faults.join('\n'), { details: { faults: parsed.faults } });
}

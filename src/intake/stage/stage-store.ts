import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { Binary } from 'mongodb';
import { defineCollection, type HubDatabase } from '../../infra/mongo/index.ts';

/** One change that a run would make, for a person who decides on it. No field about a person is ever in it. */
export type StagedChange = {
  readonly key: string;
  /** The source's name for the row. */
  readonly row: string;
  readonly outcome: 'corrected' | 'withdrawn';
  readonly fields: readonly { readonly field: string; readonly before: string; readonly after: string }[];
};

/** `chunk`: candidates; `sample`: what would change, for a person; `keys`: which records a full read met. */
type StageDocument = {
  /** `<run>|<kind>|<number>`: the same part again is the same document. */
  _id: string;
  run: string;
  kind: 'chunk' | 'sample' | 'keys' | 'rows';
  place: number;
  /** Zstandard over JSON; of keys eight bytes each. */
  content: Binary;
  /** Keys that an earlier chunk has too, with other content: none of them is accepted. */
  contested?: string[];
};

/** `stage`: what runs have read and not yet accepted; candidates only, never a raw row and nothing of a person. */
export const stageModel = defineCollection<StageDocument>('stage', [{ keys: { run: 1, kind: 1, place: 1 } }]);

/** What is staged is read once and removed: a quick pass suffices. */
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

function idOf(run: string, kind: StageDocument['kind'], place: number): string {
  return `${run}|${kind}|${String(place).padStart(7, '0')}`;
}

async function put(database: HubDatabase, document: Omit<StageDocument, '_id'>): Promise<void> {
  const _id = idOf(document.run, document.kind, document.place);
  await stageModel.in(database).replaceOne({ _id }, document, { upsert: true });
}

/** Keeps a chunk of a run. @param text JSON of what is staged */
export async function putChunk(
  database: HubDatabase,
  run: string,
  chunk: { readonly place: number; readonly text: string; readonly contested: readonly string[] },
): Promise<void> {
  const { place, text, contested } = chunk;
  const content = new Binary(zstdCompressSync(text, FAST));
  const twins = contested.length === 0 ? {} : { contested: [...contested] };
  await put(database, { run, kind: 'chunk', place, content, ...twins });
}

/** The chunks of a run in their order, one at a time. */
export async function* readChunks(database: HubDatabase, run: string): AsyncGenerator<string> {
  for (let place = 0; ; place += 1) {
    const found = await stageModel.in(database).findOne({ _id: idOf(run, 'chunk', place) });
    if (found === null) return;
    yield zstdDecompressSync(found.content.buffer).toString('utf8');
  }
}

/** Keys that rows of a run dispute. */
export async function readContested(database: HubDatabase, run: string): Promise<Set<string>> {
  const found = stageModel
    .in(database)
    .find({ run, contested: { $exists: true } }, { projection: { contested: 1 } });
  const keys = new Set<string>();
  for await (const { contested = [] } of found) for (const key of contested) keys.add(key);
  return keys;
}

/** Keeps what a run would change, for the person who decides on it. */
export async function putSample(
  database: HubDatabase,
  run: string,
  sample: readonly StagedChange[],
): Promise<void> {
  const content = new Binary(zstdCompressSync(JSON.stringify(sample), FAST));
  await put(database, { run, kind: 'sample', place: 0, content });
}

/** What a run would change, as far as it was sampled; empty where nothing was kept. */
export async function readSample(database: HubDatabase, run: string): Promise<StagedChange[]> {
  const found = await stageModel.in(database).findOne({ _id: idOf(run, 'sample', 0) });
  if (found === null) return [];
  return JSON.parse(zstdDecompressSync(found.content.buffer).toString('utf8')) as StagedChange[];
}

/** Keeps hashes of what a run met, eight bytes each. @param kind record keys, or names of rows that were bad */
export async function putHashes(
  database: HubDatabase,
  run: string,
  kind: 'keys' | 'rows',
  parts: Iterable<Buffer>,
): Promise<void> {
  let place = 0;
  for (const part of parts) await put(database, { run, kind, place: place++, content: new Binary(part) });
}

/** The hashes that were kept, in any order. */
export async function readHashes(database: HubDatabase, run: string, kind: 'keys' | 'rows'): Promise<Buffer> {
  const found = await stageModel.in(database).find({ run, kind }).sort({ place: 1 }).toArray();
  return Buffer.concat(found.map((it) => it.content.buffer));
}

/** Removes what is staged of a run; the hashes of what it met stay until {@link forgetHashes}. */
export async function removeStage(database: HubDatabase, run: string): Promise<void> {
  const stage = stageModel.in(database);
  for (const kind of ['chunk', 'sample'] as const) await stage.deleteMany({ run, kind });
}

/** Removes the hashes of what a run met: a later full read has its own. */
export async function forgetHashes(database: HubDatabase, run: string): Promise<void> {
  for (const kind of ['keys', 'rows'] as const) await stageModel.in(database).deleteMany({ run, kind });
}

import { HubError } from '../../domain/hub-error.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { defineCollection, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';

/** A connector as a generation served it. */
export type ServedConnector = {
  readonly id: string;
  readonly dataset: string;
  readonly mode: 'collect' | 'live';
  /** Changes with the manifest's text. */
  readonly revision: string;
};

/** One state of what a hub is served from: the files it was made of and the schema they gave. */
export type GenerationDocument = {
  /** Counted from 1. */
  _id: number;
  at: Date;
  /** SHA-256 over the names and texts of the files. */
  digest: string;
  /** Files by their place below the connectors folder. */
  files: { path: string; digest: string }[];
  connectors: ServedConnector[];
  /** Digest of the public schema's text, kept among the files. */
  publicSdl: string;
};

/** A text of a generation, kept once however many generations have it. */
type TextDocument = { _id: string; text: string };

/** Which generation a person wants served, whatever stands in the folder. */
export type PinDocument = { _id: 'pin'; generation: number; by: string; reason: string; at: Date };

/** `supergraph_generations`: what was served, one after the other. */
export const generationModel = defineCollection<GenerationDocument>('supergraph_generations', []);
/** `supergraph_texts`: manifests, datasets, code lists and schemas by their digest. */
export const generationTextModel = defineCollection<TextDocument>('supergraph_texts', []);
/** `supergraph_pin`: the generation that was rolled back to; empty while the folder is followed. */
export const generationPinModel = defineCollection<PinDocument>('supergraph_pin', []);

const MAX_ROUNDS = 20;

/** What is to be kept of a generation. */
export type Served = {
  readonly digest: string;
  readonly files: ReadonlyMap<string, string>;
  readonly connectors: readonly ServedConnector[];
  readonly publicSdl: string;
};

async function keepTexts(database: HubDatabase, texts: readonly string[]): Promise<void> {
  await generationTextModel.in(database).bulkWrite(
    texts.map((text) => ({
      updateOne: { filter: { _id: sha256Hex(text) }, update: { $setOnInsert: { text } }, upsert: true },
    })),
    { ordered: false },
  );
}

/** The newest generation, or null. */
export async function findNewestGeneration(database: HubDatabase): Promise<GenerationDocument | null> {
  return generationModel.in(database).find({}).sort({ _id: -1 }).limit(1).next();
}

/**
 * Keeps a generation as the newest one; where the newest is the same already, another process was first.
 *
 * @returns its number
 */
export async function keepGeneration(database: HubDatabase, served: Served): Promise<number> {
  const { digest, files, connectors, publicSdl } = served;
  await keepTexts(database, [...files.values(), publicSdl]);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const newest = await findNewestGeneration(database);
    if (newest?.digest === digest) return newest._id;
    const _id = (newest?._id ?? 0) + 1;
    const kept = [...files].map(([path, text]) => ({ path, digest: sha256Hex(text) }));
    const document = { _id, at: database.clock.now(), digest, files: kept, connectors: [...connectors] };
    try {
      await generationModel.in(database).insertOne({ ...document, publicSdl: sha256Hex(publicSdl) });
      return _id;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
  throw new HubError('GENERATION_CONTENDED', 'transient', 'other processes keep changing what is served');
}

/** Generations, the newest first. */
export async function listGenerations(database: HubDatabase, limit: number): Promise<GenerationDocument[]> {
  return generationModel.in(database).find({}).sort({ _id: -1 }).limit(limit).toArray();
}

/** One generation. @throws UNKNOWN_GENERATION */
export async function getGeneration(database: HubDatabase, generation: number): Promise<GenerationDocument> {
  const found = await generationModel.in(database).findOne({ _id: generation });
  if (found !== null) return found;
  throw new HubError(
    'UNKNOWN_GENERATION',
    'config',
    `there is no generation ${generation}: xinqiao supergraph history lists them`,
  );
}

/** Texts by their digests. @throws UNKNOWN_GENERATION where one is gone */
async function getTexts(database: HubDatabase, digests: readonly string[]): Promise<Map<string, string>> {
  const wanted = new Set(digests);
  const found = await generationTextModel
    .in(database)
    .find({ _id: { $in: [...wanted] } })
    .toArray();
  if (found.length === wanted.size) return new Map(found.map((it) => [it._id, it.text]));
  throw new HubError('UNKNOWN_GENERATION', 'config', 'a text of this generation is not kept any more');
}

/** The public schema of a generation. @throws UNKNOWN_GENERATION */
export async function readGenerationSdl(database: HubDatabase, generation: number): Promise<string> {
  const { publicSdl } = await getGeneration(database, generation);
  return (await getTexts(database, [publicSdl])).get(publicSdl) ?? '';
}

/** The files of a generation by their place below the connectors folder. @throws UNKNOWN_GENERATION */
export async function readGenerationFiles(
  database: HubDatabase,
  generation: number,
): Promise<Map<string, string>> {
  const { files } = await getGeneration(database, generation);
  const texts = await getTexts(
    database,
    files.map((it) => it.digest),
  );
  return new Map(files.map((it) => [it.path, texts.get(it.digest) ?? '']));
}

/** The generation that a person wants served, or null: the folder is followed. */
export async function findPin(database: HubDatabase): Promise<PinDocument | null> {
  return generationPinModel.in(database).findOne({ _id: 'pin' });
}

/** Has every process of the hub serve a generation again until it is released. @throws UNKNOWN_GENERATION */
export async function pinGeneration(
  database: HubDatabase,
  pin: { generation: number; by: string; reason: string },
): Promise<void> {
  await getGeneration(database, pin.generation);
  const { generation, by, reason } = pin;
  await generationPinModel
    .in(database)
    .updateOne(
      { _id: 'pin' },
      { $set: { generation, by, reason, at: database.clock.now() } },
      { upsert: true },
    );
}

/** Has every process follow the folder again. @returns whether one was pinned */
export async function releaseGeneration(database: HubDatabase): Promise<boolean> {
  const { deletedCount } = await generationPinModel.in(database).deleteOne({ _id: 'pin' });
  return deletedCount === 1;
}

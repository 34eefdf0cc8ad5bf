import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { z } from 'zod';
import { HubError } from '../../domain/hub-error.ts';

const countsSchema = z.object({
  rows: z.int(),
  records: z.int(),
  withoutRecords: z.int(),
  incomplete: z.int(),
  errors: z.record(z.string(), z.int()),
});

/** What was written so far. `withoutRecords` counts lists without one, `incomplete` lists that not all sources answered. */
export type BulkCounts = z.output<typeof countsSchema>;

const checkpointSchema = z.object({
  version: z.literal(1),
  /** What the run is of: document, variables, codes, format, hub. */
  fingerprint: z.string(),
  /** Codes whose rows stand in the output. */
  done: z.int(),
  /** Length of the output up to there. */
  bytes: z.int(),
  counts: countsSchema,
});
type Checkpoint = z.output<typeof checkpointSchema>;

const NO_COUNTS: BulkCounts = { rows: 0, records: 0, withoutRecords: 0, incomplete: 0, errors: {} };

function writeDurably(path: string, text: string): void {
  const file = openSync(`${path}.new`, 'w');
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}

function readCheckpoint(path: string): Checkpoint | null {
  if (!existsSync(path)) return null;
  try {
    return checkpointSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const said = `${path} is not a checkpoint of this version: delete it and the output to begin anew`;
    throw new HubError('CHECKPOINT_OF_OTHER_RUN', 'refused', said, { cause });
  }
}

/**
 * The output and the checkpoint beside it. Rows of a batch are on the disk before the checkpoint counts them; what a
 * killed run wrote beyond its checkpoint is cut off when it goes on, so that nothing is repeated or left out.
 */
export class OutputFile {
  readonly resumed: boolean;
  readonly #file: number;
  readonly #path: string;
  readonly #checkpointPath: string;
  #state: Checkpoint;

  /** @throws OUTPUT_EXISTS, CHECKPOINT_OF_OTHER_RUN */
  constructor(path: string, fingerprint: string, head: string) {
    this.#path = path;
    this.#checkpointPath = `${path}.checkpoint`;
    const found = readCheckpoint(this.#checkpointPath);
    // A run that ended before its first batch left nothing to go on with.
    const known = found?.done === 0 && found.fingerprint !== fingerprint ? null : found;
    if (known !== null && known.fingerprint !== fingerprint) {
      const said = `${this.#checkpointPath} is of another document, file of codes, format or hub: name another output, or delete both`;
      throw new HubError('CHECKPOINT_OF_OTHER_RUN', 'refused', said);
    }
    if (found === null && existsSync(path)) {
      throw new HubError(
        'OUTPUT_EXISTS',
        'refused',
        `${path} is there already: name another output, or delete it`,
      );
    }
    this.resumed = known !== null && known.done > 0;
    this.#state = known ?? { version: 1, fingerprint, done: 0, bytes: 0, counts: NO_COUNTS };
    this.#keep();
    this.#file = openSync(path, existsSync(path) ? 'r+' : 'w');
    ftruncateSync(this.#file, this.#state.bytes);
    if (this.#state.bytes === 0) this.#append(head);
  }

  /** Codes whose rows are written. */
  get done(): number {
    return this.#state.done;
  }

  get counts(): BulkCounts {
    return this.#state.counts;
  }

  #keep(): void {
    writeDurably(this.#checkpointPath, JSON.stringify(this.#state));
  }

  #append(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(this.#file, bytes, written, bytes.length - written, this.#state.bytes + written);
    }
    this.#state = { ...this.#state, bytes: this.#state.bytes + bytes.length };
  }

  /** Writes the rows of a batch, and then counts its codes as done. */
  commit(batch: { text: string; codes: number; counts: BulkCounts }): void {
    this.#append(batch.text);
    fsyncSync(this.#file);
    this.#state = { ...this.#state, done: this.#state.done + batch.codes, counts: batch.counts };
    this.#keep();
  }

  /** Closes the output. The checkpoint goes where there is nothing to go on with, and with it an output without rows. */
  close(finished: boolean): void {
    closeSync(this.#file);
    const empty = this.#state.done === 0 && !finished;
    if (finished || empty) rmSync(this.#checkpointPath, { force: true });
    if (empty) rmSync(this.#path, { force: true });
  }
}

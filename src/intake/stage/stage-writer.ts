import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { Candidate } from '../../registry/records/index.ts';
import { putChunk, readChunks } from './stage-store.ts';

/** What accepting a staged candidate was seen to do when it was staged. */
export type StagedOutcome = 'created' | 'corrected' | 'withdrawn';
/** A candidate on the stage, and under what its row may wait in quarantine; null where nothing waited when it was read. */
export type Staged = {
  readonly candidate: Candidate;
  readonly foreseen: StagedOutcome;
  readonly waiting: string | null;
};
/** Candidates that are accepted together; of rows that were met as they are held, their names and subjects. */
export type StageChunk = {
  readonly staged: readonly Staged[];
  readonly settled: readonly string[];
  readonly subjects: readonly Candidate['subject'][];
};

/** Candidates in one chunk: one batch of the registry. */
export const CHUNK_CANDIDATES = 500;
/** Rows that are only noted, in one chunk. */
const CHUNK_NOTES = 500;
/** Characters of a chunk before it is compressed; a document of the store holds 16 MiB. */
const CHUNK_CHARACTERS = 4_000_000;

/** Writes the candidates of one run to the stage, chunk by chunk. */
export class StageWriter {
  readonly #database: HubDatabase;
  readonly #run: string;
  #place = 0;
  #characters = 0;
  #staged: string[] = [];
  #settled: string[] = [];
  #subjects: Candidate['subject'][] = [];
  #contested: string[] = [];

  constructor(database: HubDatabase, run: string) {
    this.#database = database;
    this.#run = run;
  }

  /** Stages a candidate that would change something. */
  async add(it: Staged): Promise<void> {
    const text = JSON.stringify(it);
    if (this.#characters > 0 && this.#characters + text.length > CHUNK_CHARACTERS) await this.flush();
    this.#staged.push(text);
    this.#characters += text.length;
    if (this.#staged.length >= CHUNK_CANDIDATES) await this.flush();
  }

  /** Writes what was collected once it is enough for a chunk; asked after each page. */
  async rest(): Promise<void> {
    const notes = this.#settled.length + this.#subjects.length + this.#contested.length;
    if (notes >= CHUNK_NOTES) await this.flush();
  }

  /**
   * Notes a row that is held as it is: once the run is accepted, what waited of it in quarantine is over, and the
   * registry knows what it says of its subject. Null: there is nothing to note.
   */
  settle(row: string | null, subject: Candidate['subject'] | null): void {
    if (row !== null) this.#settled.push(row);
    if (subject !== null) this.#subjects.push(subject);
  }

  /** Notes a key that two rows of the run dispute: what is staged of it is not accepted. */
  contest(key: string): void {
    this.#contested.push(key);
  }

  /** Writes what was collected. */
  async flush(): Promise<void> {
    const [staged, settled, subjects, contested] = [
      this.#staged,
      this.#settled,
      this.#subjects,
      this.#contested,
    ];
    if (staged.length + settled.length + subjects.length + contested.length === 0) return;
    const notes = JSON.stringify({ settled, subjects }).slice(1);
    const text = `{"staged":[${staged.join(',')}],${notes}`;
    await putChunk(this.#database, this.#run, { place: this.#place, text, contested });
    this.#place += 1;
    this.#characters = 0;
    [this.#staged, this.#settled, this.#subjects, this.#contested] = [[], [], [], []];
  }
}

/** What is staged of a run, chunk by chunk. */
export async function* readStage(database: HubDatabase, run: string): AsyncGenerator<StageChunk> {
  for await (const text of readChunks(database, run)) yield JSON.parse(text) as StageChunk;
}

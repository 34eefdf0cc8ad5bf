import { isAscii, isUtf8 } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { HubError } from '../../domain/hub-error.ts';
import { fileStamp } from '../../infra/files/index.ts';

const CHUNK_BYTES = 262_144;
/** Lines longer than this are not asked for their encoding one by one. */
const MAX_LINE_BYTES = 65_536;
const NEWLINE = 10;
/** Two characters of UTF-8 from the block of Chinese characters, one behind the other. */
const CHINESE_UTF8 = /[\xe4-\xe9][\x80-\xbf]{2}[\xe4-\xe9][\x80-\xbf]{2}/;

/** What a first pass over a file finds out. */
export type FileSurvey = {
  readonly sha256: string;
  /** Digest by SM3, GB/T 32905-2016. */
  readonly sm3: string;
  readonly bytes: number;
  /** UTF-8 to the last byte. */
  readonly isUtf8: boolean;
  /** Lines of Chinese in UTF-8, and lines that no UTF-8 decoder takes: a file that has both is in no one encoding. */
  readonly utf8Lines: number;
  readonly otherLines: number;
  /** The first bytes, as Latin-1. */
  readonly head: string;
};

/** Looks at each line of a file by itself: which ones are Chinese in UTF-8, which ones are no UTF-8 at all. */
class LineSurvey {
  utf8Lines = 0;
  otherLines = 0;
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    if (this.#rest.length === 0 && isAscii(chunk)) return;
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const piece = chunk.subarray(from, end);
      this.#look(this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]));
      this.#rest = Buffer.alloc(0);
      from = end + 1;
    }
    this.#rest = Buffer.concat([this.#rest, chunk.subarray(from)]).subarray(-MAX_LINE_BYTES);
  }

  end(): void {
    this.#look(this.#rest);
  }

  #look(line: Buffer): void {
    if (line.length >= MAX_LINE_BYTES || isAscii(line)) return;
    if (!isUtf8(line)) this.otherLines += 1;
    else if (CHINESE_UTF8.test(line.toString('latin1'))) this.utf8Lines += 1;
  }
}

async function surveyOf(path: string): Promise<FileSurvey> {
  const digest = createHash('sha256');
  const sm3 = createHash('sm3');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const lines = new LineSurvey();
  const state = { bytes: 0, isUtf8: true, head: '' };
  const decode = (chunk?: Buffer): void => {
    try {
      if (state.isUtf8) decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      state.isUtf8 = false;
    }
  };
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    const buffer = chunk as Buffer;
    if (state.bytes === 0) state.head = buffer.subarray(0, 256).toString('latin1');
    state.bytes += buffer.byteLength;
    digest.update(buffer);
    sm3.update(buffer);
    decode(buffer);
    lines.push(buffer);
  }
  decode();
  lines.end();
  const { utf8Lines, otherLines } = lines;
  return { sha256: digest.digest('hex'), sm3: sm3.digest('hex'), ...state, utf8Lines, otherLines };
}

/** A file with what a first pass found, which knows when it is no longer the same. */
export class SurveyedFile {
  readonly name: string;
  readonly path: string;
  readonly survey: FileSurvey;
  readonly #stamp: string;
  #digest: Hash | null = null;

  private constructor(name: string, path: string, facts: { survey: FileSurvey; stamp: string }) {
    this.name = name;
    this.path = path;
    this.survey = facts.survey;
    this.#stamp = facts.stamp;
  }

  /** Reads a file once: its digest, and in which encoding it may be. */
  static async open(name: string, path: string): Promise<SurveyedFile> {
    const stamp = fileStamp(path);
    return new SurveyedFile(name, path, { stamp, survey: await surveyOf(path) });
  }

  /** The bytes, counted into the digest of what was read. */
  async *chunks(): AsyncGenerator<Buffer> {
    const digest = createHash('sha256');
    for await (const chunk of createReadStream(this.path, { highWaterMark: CHUNK_BYTES })) {
      digest.update(chunk as Buffer);
      yield chunk as Buffer;
    }
    this.#digest = digest;
  }

  /**
   * Holds what was read against the first pass.
   *
   * @throws FILE_CHANGED where the file was replaced, grew or shrank meanwhile
   */
  async assertUnchanged(): Promise<void> {
    const read = this.#digest?.digest('hex') ?? (await surveyOf(this.path).catch(() => null))?.sha256;
    this.#digest = null;
    if (fileStamp(this.path) === this.#stamp && read === this.survey.sha256) return;
    const message = 'the file was replaced or written to while it was read: it is read again as a whole';
    throw new HubError('FILE_CHANGED', 'transient', message);
  }
}

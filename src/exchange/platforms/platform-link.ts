import type { SendResult } from '../delivery/index.ts';

/** One row as a platform gets it: text by target column. */
export type PlatformRow = {
  /** Record key and version, by which its answer is known again. */
  readonly key: string;
  readonly v: number;
  readonly cells: Readonly<Record<string, string>>;
};

/** Rows of one dataset that go together. The number follows from the content: the same rows have the same number. */
export type PlatformBatch = {
  readonly number: string;
  /** The dataset's part of a file name, its table, or its path. */
  readonly to: string;
  readonly columns: readonly string[];
  readonly rows: readonly PlatformRow[];
};

/** What a platform says of one row. Code null: its state alone says that it is taken. */
export type PlatformAnswer = {
  readonly key: string;
  readonly v: number;
  readonly code: string | null;
  readonly text: string;
};

/** Answers that came together; `fault` where the platform's file or page is not usable as a whole. */
export type AnswerPage = {
  /** What brought them: a file's name, a batch, a place in the feedback table. */
  readonly source: string;
  readonly answers: readonly PlatformAnswer[];
  /** Rows that name no record of ours in a form that can be read. */
  readonly unreadable: number;
  readonly fault: string | null;
  /** It is read anew at each look: what is strange in it would be noted each time. */
  readonly again?: boolean;
};

/** A batch whose rows have no answer yet. */
export type AwaitedBatch = Pick<PlatformBatch, 'number' | 'to'>;

/** What a link may ask about its partner's answers so far. */
export type Collecting = {
  readonly awaited: readonly AwaitedBatch[];
  /** Place behind the last page that was applied; 0 at the beginning. */
  readonly after: number;
  /** Applies a page. The page is put aside only when this is done. @param next place behind the page, where there is one */
  take(page: AnswerPage, next?: number): Promise<void>;
};

/** What sending a batch came to: taken, with the answers that came at once, or what an attempt comes to otherwise. */
export type Sending =
  | { readonly result: 'taken'; readonly answers: readonly PlatformAnswer[] }
  | Exclude<SendResult, { result: 'receipt' }>;

/** The way to a platform: one transport, the same promises. Every method throws HubError where the way is broken. */
export type PlatformLink = {
  /** Sends a batch. Sending the same batch again has no second effect where the manifest says so. */
  send(batch: PlatformBatch): Promise<Sending>;
  /** What the platform knows of a batch whose outcome is not known; null: nothing, so that it is sent again. */
  findBatch(batch: AwaitedBatch): Promise<readonly PlatformAnswer[] | null>;
  /** Hands over what the platform said later. A crash in between repeats a page and loses none. */
  collect(collecting: Collecting): Promise<void>;
  /** Returns when the platform answers anything at all. */
  probe(): Promise<void>;
  close(): Promise<void>;
};

const KEY = /^[0-9a-f]{64}$/;
const VERSION = /^[1-9]\d{0,8}$/;

/** An answer from its texts, or null where they name no record in the form we send. */
export function parseAnswer(texts: {
  key: unknown;
  version: unknown;
  code: unknown;
  text: unknown;
}): PlatformAnswer | null {
  const word = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  const [key, version, code] = [word(texts.key), word(texts.version), word(texts.code)];
  if (!KEY.test(key) || !VERSION.test(version) || code === '') return null;
  return { key, v: Number(version), code, text: word(texts.text) };
}

/** A page of the answers in some rows; those that cannot be read are counted. */
export function pageOf(source: string, parsed: readonly (PlatformAnswer | null)[]): AnswerPage {
  const answers = parsed.filter((it) => it !== null);
  return { source, answers, unreadable: parsed.length - answers.length, fault: null };
}

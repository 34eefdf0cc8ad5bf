import type { RestSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { resolveReferences } from '../../infra/config/index.ts';
import { findNextLink, type HttpAnswer } from '../../infra/http/index.ts';
import type { RawPage, RecordRow } from './raw-page.ts';
import { RecordFiller } from './record-filler.ts';
import { parseRestAnswer, type RestAnswer } from './rest-answer.ts';
import { RestSession } from './rest-session.ts';

/** What the reader of a feed must know. */
export type RestReading = {
  readonly source: RestSourceSpec;
  /** Columns the manifest reads. */
  readonly expected: readonly string[];
  readonly signal?: AbortSignal | undefined;
};

/** A page that was read, and how many rows were read with it. */
type Read = {
  readonly answer: RestAnswer;
  readonly http: HttpAnswer;
  readonly count: number;
  readonly url: URL;
};

/** Which page comes first and which one after another, by the kind of paging; null where the feed ends. */
type Steps = { first(): URL; next(read: Read, page: number): URL | null };

function startOf(source: RestSourceSpec): URL {
  const { paging } = source;
  const url = new URL(resolveReferences(source.url));
  if (paging.sizeParameter !== undefined) url.searchParams.set(paging.sizeParameter, String(paging.size));
  return url;
}

const withParameter = (url: URL, name: string, value: string): URL => {
  const changed = new URL(url);
  changed.searchParams.set(name, value);
  return changed;
};

/** Numbered pages end with the declared total, or with a page that is not full. */
function countedSteps(
  source: RestSourceSpec & { readonly paging: { readonly by: 'page' | 'offset' } },
): Steps {
  const { paging } = source;
  const start = startOf(source);
  const at = (page: number, count: number): URL =>
    withParameter(start, paging.parameter, String(paging.by === 'page' ? paging.first + page : count));
  return {
    first: () => at(0, 0),
    next({ answer: { rows, total }, count }, page) {
      const ends = rows.length === 0 || (total === null ? rows.length < paging.size : count >= total);
      return ends ? null : at(page, count);
    },
  };
}

function cursorSteps(source: RestSourceSpec & { readonly paging: { readonly by: 'cursor' } }): Steps {
  const start = startOf(source);
  const seen = new Set<string>();
  return {
    first: () => start,
    next({ answer: { next } }, page) {
      if (next === '') return null;
      if (seen.has(next))
        throw new HubError(
          'REST_CURSOR_REPEATED',
          'refused',
          `page ${page} names a cursor that was asked for before`,
        );
      seen.add(next);
      return withParameter(start, source.paging.parameter, next);
    },
  };
}

function linkSteps(source: RestSourceSpec): Steps {
  const start = startOf(source);
  const seen = new Set([start.href]);
  return {
    first: () => start,
    next({ http, url }, page) {
      const link = findNextLink(http.headers, url.href);
      if (link === null) return null;
      // Our name and key go to the declared server only.
      if (new URL(link).origin !== start.origin)
        throw new HubError(
          'REST_LINK_ELSEWHERE',
          'refused',
          `page ${page} links to another server: it is not asked`,
        );
      if (seen.has(link))
        throw new HubError('REST_LINK_LOOP', 'refused', `page ${page} links to a page that was read before`);
      seen.add(link);
      return new URL(link);
    },
  };
}

function stepsOf(source: RestSourceSpec): Steps {
  const { paging } = source;
  switch (paging.by) {
    case 'page':
    case 'offset':
      return countedSteps({ ...source, paging });
    case 'cursor':
      return cursorSteps({ ...source, paging });
    case 'link':
      return linkSteps(source);
  }
}

const digestOf = (rows: readonly RecordRow[]): string =>
  sha256Hex(JSON.stringify(rows.map((it) => [...(it.cells ?? [])])));

/**
 * Reads a feed page by page, as its kind of paging has it.
 *
 * @throws REST_PAGE_REPEATED, REST_CURSOR_REPEATED, REST_LINK_LOOP, REST_LINK_ELSEWHERE, REST_NEVER_ENDS, REST_BAD_ANSWER,
 *   NO_HEADER, TOO_MANY_COLUMNS, DUPLICATE_COLUMN and the codes of the session and the parsers; the pages before stay good
 */
export async function* readRest({ source, expected, signal }: RestReading): AsyncGenerator<RawPage> {
  const session = new RestSession(source, signal);
  const steps = stepsOf(source);
  const filler = new RecordFiller(expected);
  const seen = new Set<string>();
  let count = 0;
  let url: URL | null = steps.first();
  for (let page = 1; url !== null; page += 1) {
    if (page > source.paging.maxPages)
      throw new HubError(
        'REST_NEVER_ENDS',
        'refused',
        `the feed has more than ${source.paging.maxPages} pages`,
      );
    const http = await session.get(url);
    const answer = parseRestAnswer(source, http);
    const total = answer.total === null ? {} : { declaredTotal: answer.total };
    if (answer.rows.length > 0) {
      const digest = digestOf(answer.rows);
      if (seen.has(digest))
        throw new HubError('REST_PAGE_REPEATED', 'refused', `page ${page} repeats an earlier one`);
      seen.add(digest);
    }
    for (const row of answer.rows) {
      count += 1;
      const full = filler.take({ ...row, row: count });
      if (full !== null) yield { ...full, ...total };
    }
    const rest = filler.end();
    if (rest.rows.length > 0 || answer.total !== null) yield { ...rest, ...total };
    url = steps.next({ answer, http, count, url }, page);
  }
}

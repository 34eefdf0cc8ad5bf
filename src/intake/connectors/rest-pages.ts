import type { RestSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { resolveReferences } from '../../infra/config/index.ts';
import { callHttp } from '../../infra/http/index.ts';
import { columnsOf, jsonRowsOf, parseJsonAnswer, textOfJson, valueAt, type JsonRow } from './json-rows.ts';
import { MAX_CELL_CHARACTERS, type RawPage, type RawRow } from './raw-page.ts';

/** What the reader of a feed must know. */
export type RestReading = { readonly source: RestSourceSpec; readonly signal?: AbortSignal | undefined };

const MAX_PAGE_BYTES = 33_554_432;

async function fetchPage(reading: RestReading, page: number): Promise<unknown> {
  const { source } = reading;
  const url = new URL(resolveReferences(source.url));
  url.searchParams.set(source.paging.parameter, String(page));
  url.searchParams.set(source.paging.sizeParameter, String(source.paging.size));
  const token = source.token === undefined ? null : resolveReferences(source.token);
  const answer = await callHttp({
    method: 'GET',
    url: url.href,
    headers: { accept: 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    timeoutMs: source.timeoutMs,
    maxBytes: MAX_PAGE_BYTES,
    ...(reading.signal === undefined ? {} : { signal: reading.signal }),
  });
  if (answer.status === 200) return parseJsonAnswer(answer.body);
  const details = { page, status: answer.status };
  throw answer.status >= 500 || answer.status === 429
    ? new HubError('REST_FAILED', 'transient', `page ${page} was answered with ${answer.status}`, { details })
    : new HubError('REST_REFUSED', 'refused', `page ${page} was answered with ${answer.status}`, { details });
}

function rowsOf(answer: unknown, path: string): JsonRow[] {
  const { rows, malformed } = jsonRowsOf(answer, path);
  if (malformed === 0) return rows;
  throw new HubError('REST_BAD_ANSWER', 'refused', `the list of rows at ${path} holds what is no row`);
}

function totalOf(answer: unknown, path: string | undefined): number | null {
  const total = path === undefined ? null : Number(valueAt(answer, path));
  return total === null || !Number.isSafeInteger(total) || total < 0 ? null : total;
}

function rawRowsOf(rows: readonly JsonRow[], columns: readonly string[], before: number): RawRow[] {
  return rows.map((row, place) => {
    const cells = columns.map((it) => textOfJson(row[it]));
    const cut = cells.some((it) => it.length > MAX_CELL_CHARACTERS);
    return {
      row: String(before + place + 1),
      cells: cut ? cells.map((it) => it.slice(0, MAX_CELL_CHARACTERS)) : cells,
      fault: cut ? ('CELL_TOO_LARGE' as const) : null,
    };
  });
}

/**
 * Reads a feed page by page until the declared total is reached, or a page is empty, or – where no total is declared –
 * a page is not full.
 *
 * @throws REST_PAGE_REPEATED, REST_NEVER_ENDS, REST_BAD_ANSWER, REST_REFUSED, REST_FAILED, HTTP_TIMEOUT,
 *   HTTP_UNREACHABLE, HTTP_TOO_LARGE, SECRET_NOT_SET; the pages before stay good
 */
export async function* readRest(reading: RestReading): AsyncGenerator<RawPage> {
  const { paging, rows: path } = reading.source;
  const seen = new Set<string>();
  let count = 0;
  for (let page = 1; page <= paging.maxPages; page += 1) {
    const answer = await fetchPage(reading, page);
    const rows = rowsOf(answer, path);
    const total = totalOf(answer, paging.total);
    if (rows.length === 0) {
      if (total !== null) yield { columns: [], rows: [], declaredTotal: total };
      return;
    }
    const digest = sha256Hex(JSON.stringify(rows));
    if (seen.has(digest)) {
      throw new HubError('REST_PAGE_REPEATED', 'refused', `page ${page} repeats an earlier one`, {
        details: { page },
      });
    }
    seen.add(digest);
    const columns = columnsOf(rows);
    const raw = rawRowsOf(rows, columns, count);
    count += rows.length;
    yield { columns, rows: raw, ...(total === null ? {} : { declaredTotal: total }) };
    if (total === null ? rows.length < paging.size : count >= total) return;
  }
  const message = `the feed has more than ${paging.maxPages} pages`;
  throw new HubError('REST_NEVER_ENDS', 'refused', message, { details: { maxPages: paging.maxPages } });
}

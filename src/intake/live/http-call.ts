import type {
  GraphqlSourceSpec,
  LiveRequest,
  LiveSpec,
  RestSourceSpec,
} from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import { resolveReferences } from '../../infra/config/index.ts';
import { callHttp, type HttpCall } from '../../infra/http/index.ts';
import {
  authorize,
  columnsOf,
  jsonRowsOf,
  parseJsonAnswer,
  textOfJson,
  valueAt,
} from '../connectors/index.ts';
import { MAX_LIVE_ROWS, type LiveCall, type LiveTable } from './live-call.ts';

const MAX_ANSWER_BYTES = 8_388_608;

type Sent = Pick<HttpCall, 'method' | 'url' | 'body' | 'headers'>;

/** A template with the codes in the places of `:codes` and `:code`, as values of its JSON. */
function filled(template: unknown, codes: readonly string[]): unknown {
  if (template === ':codes') return codes;
  if (template === ':code') return codes[0];
  if (Array.isArray(template)) return template.map((it) => filled(it, codes));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, it]) => [name, filled(it, codes)]));
}

function restRequest(source: RestSourceSpec, request: LiveRequest, codes: readonly string[]): Sent {
  const url = new URL(resolveReferences(source.url));
  for (const [name, template] of Object.entries(request.query)) {
    const value = filled(template, codes);
    for (const it of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(it));
  }
  const body = request.body === undefined ? {} : { body: JSON.stringify(filled(request.body, codes)) };
  return { method: request.method, url: url.href, ...body };
}

function graphqlRequest(source: GraphqlSourceSpec, document: string, codes: readonly string[]): Sent {
  const variables = /\$codes\b/.test(document) ? { codes } : { code: codes[0] };
  return {
    method: 'POST',
    url: resolveReferences(source.url),
    body: JSON.stringify({ query: document, variables }),
  };
}

/** An answer with errors may lack rows: none of it is believed to be the whole. */
function demandNoErrors(answer: unknown): void {
  const errors = valueAt(answer, 'errors');
  if (errors === undefined || errors === null || (Array.isArray(errors) && errors.length === 0)) return;
  throw new HubError('LIVE_BAD_ANSWER', 'transient', 'the source answered with errors');
}

function tableOf(answer: unknown, path: string): LiveTable {
  const { rows, malformed } = jsonRowsOf(answer, path);
  if (rows.length > MAX_LIVE_ROWS)
    throw new HubError('LIVE_BAD_ANSWER', 'transient', `the answer has more than ${MAX_LIVE_ROWS} rows`);
  const columns = columnsOf(rows);
  return { columns, rows: rows.map((row) => columns.map((it) => textOfJson(row[it]))), malformed };
}

/** Asks a REST or GraphQL interface; codes travel as parameters, members or variables, never inside of a text. */
export function httpCall(source: RestSourceSpec | GraphqlSourceSpec, live: LiveSpec): LiveCall {
  const sentFor = (codes: readonly string[]): Sent =>
    source.type === 'graphql'
      ? graphqlRequest(source, live.lookup ?? '', codes)
      : restRequest(source, live.request ?? { method: 'GET', query: {} }, codes);
  return {
    async ask(codes, signal) {
      const sent = sentFor(codes);
      const { headers, query } = await authorize(source, { timeoutMs: live.timeoutMs, signal });
      const url = new URL(sent.url);
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      const answer = await callHttp({
        ...sent,
        url: url.href,
        headers: {
          accept: 'application/json',
          ...(sent.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        timeoutMs: live.timeoutMs,
        maxBytes: MAX_ANSWER_BYTES,
        signal,
      });
      if (answer.status !== 200)
        throw new HubError('LIVE_BAD_ANSWER', 'transient', `the source answered with ${answer.status}`);
      const parsed = parseJsonAnswer(answer.body);
      if (source.type === 'graphql') demandNoErrors(parsed);
      return tableOf(parsed, source.rows);
    },
    close: () => Promise.resolve(),
  };
}

import type { RestSourceSpec } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { HttpAnswer } from '../../infra/http/index.ts';
import { xmlEncodingIn } from './file-text.ts';
import { jsonRowsOf, parseJsonAnswer, recordOf, textOfJson, valueAt } from './json-rows.ts';
import type { RecordRow } from './raw-page.ts';
import { XmlRows } from './xml-rows.ts';

/** One page of a feed. */
export type RestAnswer = {
  readonly rows: readonly RecordRow[];
  readonly total: number | null;
  /** What the answer says of the next page; empty where it says nothing. */
  readonly next: string;
};

function totalOf(text: string): number | null {
  const total = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(total) ? total : null;
}

const nextPathOf = ({ paging }: RestSourceSpec): string | undefined =>
  paging.by === 'cursor' ? paging.next : undefined;

function jsonAnswer(source: RestSourceSpec, body: Buffer): RestAnswer {
  const answer = parseJsonAnswer(body);
  const { rows, malformed } = jsonRowsOf(answer, source.rows);
  if (malformed > 0)
    throw new HubError(
      'REST_BAD_ANSWER',
      'refused',
      `the list of rows at ${source.rows} holds what is no row`,
    );
  const at = (path: string | undefined): string =>
    path === undefined ? '' : textOfJson(valueAt(answer, path));
  return {
    rows: rows.map((it, place) => recordOf(place + 1, it)),
    total: totalOf(at(source.paging.total)),
    next: at(nextPathOf(source)),
  };
}

function textOfXml({ body, headers }: HttpAnswer): string {
  const label = /charset="?([\w-]+)/i.exec(headers.get('content-type') ?? '')?.[1];
  const declared = xmlEncodingIn(body.subarray(0, 256).toString('latin1'));
  try {
    return new TextDecoder(label ?? declared ?? 'utf-8').decode(body);
  } catch (cause) {
    throw new HubError('REST_BAD_ANSWER', 'refused', 'the answer is in no known encoding', { cause });
  }
}

function xmlAnswer(source: RestSourceSpec, answer: HttpAnswer): RestAnswer {
  const { total, next } = { total: source.paging.total, next: nextPathOf(source) };
  const parser = new XmlRows(
    source.rows,
    [total, next].filter((it) => it !== undefined),
  );
  const text = textOfXml(answer);
  const rows: RecordRow[] = [];
  for (let at = 0; at < text.length; at += 65_536) rows.push(...parser.push(text.slice(at, at + 65_536)));
  parser.end();
  const valueOf = (path: string | undefined): string => (path === undefined ? '' : parser.valueAt(path));
  return { rows, total: totalOf(valueOf(total)), next: valueOf(next) };
}

/**
 * The rows of one answer of a feed, and what it says of the others.
 *
 * @throws REST_BAD_ANSWER, JSON_TOO_DEEP, and for XML the codes of its parser
 */
export function parseRestAnswer(source: RestSourceSpec, answer: HttpAnswer): RestAnswer {
  return source.format === 'xml' ? xmlAnswer(source, answer) : jsonAnswer(source, answer.body);
}

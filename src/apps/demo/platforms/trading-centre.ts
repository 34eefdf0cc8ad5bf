import { createServer, type IncomingMessage } from 'node:http';
import { NO_SUCH_SUBJECT, Shelf, type HeldRow, type SubjectBase, type Word } from './subject-base.ts';

/** A running stand-in of a public-resource trading centre. */
export type TradingCentre = {
  readonly url: string;
  readonly authorization: string;
  /** The records it shows, by record key. */
  shown(): Map<string, HeldRow>;
  close(): Promise<void>;
};

type Item = {
  readonly id: string;
  readonly version: string;
  readonly action: string;
  readonly documentNo?: string;
  readonly bidder: { readonly code: string; readonly name: string };
};
type Result = {
  readonly id: string;
  readonly version: string;
  readonly code: string;
  readonly message: string;
};

const MAX_BODY_BYTES = 4 * 1_048_576;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) throw new RangeError('the body is too large');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const WORDS: Readonly<Record<ReturnType<Shelf['take']>, Word>> = {
  taken: { code: 'OK', text: '' },
  duplicate: { code: 'DUPLICATE', text: '该版本已存在' },
  stale: { code: 'STALE', text: '已有更新的版本' },
  'unknown-subject': NO_SUCH_SUBJECT,
};

/** Serves the way such a centre's interface does: each item of a batch is answered at once, batches can be asked for. */
export async function startTradingCentre(base: SubjectBase): Promise<TradingCentre> {
  const authorization = `Bearer ${crypto.randomUUID()}`;
  const shelf = new Shelf(base);
  const batches = new Map<string, Result[]>();
  const judge = (item: Item): Result => {
    const { code, text } =
      WORDS[
        shelf.take({
          key: item.id,
          version: Number(item.version),
          withdrawn: item.action === 'REVOKE',
          subject: item.bidder.code,
          name: item.bidder.name,
          documentNo: item.documentNo ?? '',
        })
      ];
    return { id: item.id, version: item.version, code, message: text };
  };
  const answer = async (request: IncomingMessage): Promise<[status: number, body: unknown]> => {
    if (request.headers.authorization !== authorization) return [401, { code: 'NO_LOGIN' }];
    const path = request.url ?? '/';
    if (request.method === 'GET') {
      const results = batches.get(decodeURIComponent(path.replace('/batches/', '')));
      return results === undefined ? [404, { code: 'NO_BATCH' }] : [200, { data: { results } }];
    }
    const { batchNo, items } = JSON.parse(await textOf(request)) as { batchNo: string; items: Item[] };
    const results = items.map(judge);
    batches.set(batchNo, results);
    return [200, { data: { results } }];
  };
  const server = createServer((request, response) => {
    answer(request)
      .catch((): [number, unknown] => [400, { code: 'BAD_REQUEST' }])
      .then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      })
      .catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    authorization,
    shown: () => shelf.shown(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

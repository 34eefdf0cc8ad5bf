import { createServer } from 'node:http';
import type { SourceRow } from './decisions.ts';

/** A running feed. */
export type Feed = { readonly url: string; close(): Promise<void> };

/** Serves rows the way the tax office's interface does: JSON by pages, with the total it declares. */
export async function startTaxFeed(rows: readonly SourceRow[]): Promise<Feed> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const page = Math.max(1, Number(url.searchParams.get('page') ?? 1));
    const size = Math.min(1_000, Math.max(1, Number(url.searchParams.get('size') ?? 100)));
    const list = rows.slice((page - 1) * size, page * size);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ code: 0, data: { total: rows.length, page, size, list } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/nsxy/a`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

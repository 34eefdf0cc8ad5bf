import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

/** One exchange of a sample: what must be sent, word for word, and what is answered. */
export type SampleCall = {
  readonly request: {
    readonly method: string;
    readonly query: Readonly<Record<string, readonly string[]>>;
    readonly body?: unknown;
  };
  readonly answer: unknown;
};

/** A server on this machine's own address that plays the source of a sample. */
export type SampleServer = { readonly url: string; readonly close: () => void };

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function queryOf(request: IncomingMessage): Record<string, string[]> {
  const { searchParams } = new URL(request.url ?? '/', 'http://feed');
  return Object.fromEntries([...searchParams.keys()].map((it) => [it, [...searchParams.getAll(it)]]));
}

async function listen(server: Server): Promise<SampleServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Answers the calls of a sample, and any other with 400. */
export function serveCalls(calls: readonly SampleCall[]): Promise<SampleServer> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const sent = {
        method: request.method,
        query: queryOf(request),
        ...(text === '' ? {} : { body: JSON.parse(text) as unknown }),
      };
      const call = calls.find((it) => isDeepStrictEqual({ ...it.request }, sent));
      response.statusCode = call === undefined ? 400 : 200;
      response.end(JSON.stringify(call?.answer ?? null));
    });
  });
  return listen(server);
}

/** Answers page 1, 2, … of a sample by the parameter that names the page; beyond the last one with null. */
export function servePages(pages: readonly unknown[], parameter: string): Promise<SampleServer> {
  const server = createServer((request, response) => {
    const page = Number(queryOf(request)[parameter]?.[0]);
    response.end(JSON.stringify(pages[page - 1] ?? null));
  });
  return listen(server);
}

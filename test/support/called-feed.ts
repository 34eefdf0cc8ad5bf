import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

/** One exchange of a sample: what must be sent, word for word, and what is answered. */
type SampleCall = {
  readonly request: {
    readonly method: string;
    readonly query: Readonly<Record<string, readonly string[]>>;
    readonly body?: unknown;
  };
  readonly answer: unknown;
};

/** Reads a request to its end. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The parameters of a request, each with all its values. */
export function queryOf(request: IncomingMessage): Record<string, string[]> {
  const { searchParams } = new URL(request.url ?? '/', 'http://feed');
  return Object.fromEntries([...searchParams.keys()].map((it) => [it, [...searchParams.getAll(it)]]));
}

/** Lets a server listen on a free port. @returns its address */
export async function listenAnywhere(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

/** Answers the calls of a sample, and any other with 400. */
export function serveCalls(calls: readonly SampleCall[]): Server {
  return createServer((request, response) => {
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
}

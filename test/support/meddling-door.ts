import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What becomes of a request on its way to a real hub. `drop-reply`: it arrives, and its answer does not. `heldUntil`: it
 * arrives, and its answer comes when this is over.
 */
export type Fate =
  | 'forward'
  | 'drop-reply'
  | 'cut'
  | { readonly heldUntil: Promise<unknown> }
  | {
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** A way to a hub that somebody meddles with. */
export type MeddlingDoor = {
  readonly url: string;
  /** Paths that came through, in order. */
  readonly seen: string[];
  /** Decides about each request from now on. */
  meddle(decide: (path: string, body: string) => Fate): void;
  close(): Promise<void>;
};

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Opens a door on a port of its own before the hub at `target`. */
export async function openMeddlingDoor(target: string): Promise<MeddlingDoor> {
  let decide: (path: string, body: string) => Fate = () => 'forward';
  const seen: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    const body = await textOf(request);
    seen.push(path);
    const fate = decide(path, body);
    if (fate === 'cut') {
      request.socket.destroy();
      return;
    }
    if (typeof fate === 'object' && 'status' in fate) {
      response
        .writeHead(fate.status, { 'content-type': 'application/json', ...fate.headers })
        .end(fate.body ?? '{}');
      return;
    }
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      ['host', 'connection', 'content-length'].includes(name) ? [] : [[name, String(value)]],
    );
    const answer = await fetch(target + path, {
      method: request.method ?? 'POST',
      headers: Object.fromEntries(headers) as Record<string, string>,
      ...(request.method === 'GET' ? {} : { body }),
    });
    const text = await answer.text();
    if (typeof fate === 'object') await fate.heldUntil;
    if (fate === 'drop-reply') request.socket.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    seen,
    meddle: (next) => {
      decide = next;
      seen.length = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

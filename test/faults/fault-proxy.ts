import { createHash } from 'node:crypto';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** What the proxy can do to traffic. */
export const PROXY_MODES = [
  'down',
  'latency',
  'slicer',
  'timeout',
  'reset_before_request',
  'drop_reply',
  'limit_data',
  'dup_request',
] as const;
/**
 * One word of {@link PROXY_MODES}; `pass`: traffic goes through untouched; `refuse_envelopes`: envelopes are answered
 * with 500 and everything else goes through, as by a partner that cannot take just this.
 */
export type ProxyMode = (typeof PROXY_MODES)[number] | 'pass' | 'refuse_envelopes';

const ENVELOPES = '/exchange/v1/envelopes';

/** A request as it arrived. */
type Arrived = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};
type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };

/** What the proxy saw, for the checkers and the report. */
export type Sightings = {
  /** Digests of the answers 200 to each envelope, by its message id: one true receipt means one digest. */
  readonly answers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Requests that a fault touched, by mode. */
  readonly touched: Readonly<Partial<Record<ProxyMode, number>>>;
  readonly requests: number;
  /** Requests that repeated a message id seen before. */
  readonly repeated: number;
};

const LATENCY_MS = 300;
const SLICES = 20;

function readAll(stream: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => resolve(Buffer.concat(chunks)));
    stream.once('error', reject);
    stream.once('aborted', () => reject(new Error('aborted')));
  });
}

/** Stands between a hub and its partners, watches, and disturbs on demand. No part of the system under test. */
export class FaultProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #targetPort: number;
  readonly #random: () => number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #answers = new Map<string, Set<string>>();
  readonly #touched: Partial<Record<ProxyMode, number>> = {};
  readonly #held = new Set<IncomingMessage>();
  readonly #ids = new Set<string>();
  #mode: ProxyMode = 'pass';
  #onEnvelope: (id: string, at: number) => void = () => undefined;
  #requests = 0;
  #repeated = 0;

  private constructor(server: Server, options: { url: string; targetPort: number; random: () => number }) {
    this.#server = server;
    this.url = options.url;
    this.#targetPort = options.targetPort;
    this.#random = options.random;
    server.on('connection', (socket) => {
      if (this.#mode !== 'down') return;
      this.#note('down');
      socket.destroy();
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#serve(request, response).catch(() => request.socket.destroy());
    });
  }

  /** Listens on a port of its own. */
  static async open(options: { targetPort: number; random: () => number }): Promise<FaultProxy> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return new FaultProxy(server, { ...options, url: `http://127.0.0.1:${port}` });
  }

  /** Switches what happens to traffic from now on; requests held by `timeout` are cut. */
  setMode(mode: ProxyMode): void {
    this.#mode = mode;
    for (const held of this.#held) held.socket.destroy();
    this.#held.clear();
    if (mode === 'down') this.#server.closeAllConnections();
  }

  /** Calls back when an envelope arrives, with its message id and the instant in milliseconds since 1970. */
  watchEnvelopes(listener: (id: string, at: number) => void): void {
    this.#onEnvelope = listener;
  }

  /** What was seen so far. */
  sightings(): Sightings {
    const [answers, touched] = [this.#answers, this.#touched];
    return { answers, touched, requests: this.#requests, repeated: this.#repeated };
  }

  /** Stops listening. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  #note(mode: ProxyMode): void {
    this.#touched[mode] = (this.#touched[mode] ?? 0) + 1;
  }

  #sight({ path, headers }: Arrived): void {
    const id = headers['idempotency-key'];
    if (typeof id === 'string') {
      if (this.#ids.has(id)) this.#repeated += 1;
      this.#ids.add(id);
      if (path === ENVELOPES) this.#onEnvelope(id, Date.now());
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const mode = this.#mode;
    this.#requests += 1;
    if (mode !== 'pass') this.#note(mode);
    const body = await readAll(request);
    const { method = 'GET', url: path = '/', headers } = request;
    const arrived: Arrived = { method, path, headers, body };
    this.#sight(arrived);
    switch (mode) {
      case 'refuse_envelopes': {
        const refused = { status: 500, headers: {}, body: Buffer.from('{}') };
        this.#answer(response, path === ENVELOPES ? refused : await this.#forward(arrived));
        return;
      }
      case 'down':
      case 'reset_before_request':
        request.socket.destroy();
        return;
      case 'timeout':
        this.#held.add(request);
        return;
      case 'latency':
        await delay(LATENCY_MS * (0.3 + this.#random()));
        this.#answer(response, await this.#forward(arrived));
        return;
      case 'drop_reply':
        await this.#forward(arrived);
        request.socket.destroy();
        return;
      case 'limit_data':
        this.#cutShort(response, await this.#forward(arrived));
        return;
      case 'dup_request': {
        const both = await Promise.all([this.#forward(arrived), this.#forward(arrived)]);
        const answer = both[this.#random() < 0.5 ? 0 : 1];
        this.#answer(response, answer);
        return;
      }
      case 'slicer':
        await this.#slice(response, await this.#forward(arrived));
        return;
      case 'pass':
        this.#answer(response, await this.#forward(arrived));
    }
  }

  async #forward(arrived: Arrived): Promise<Answer> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const { method, path, headers, body } = arrived;
      const outgoing = httpRequest(
        { host: '127.0.0.1', port: this.#targetPort, method, path, headers, agent: this.#agent },
        (incoming) => {
          readAll(incoming).then(
            (read) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: read }),
            reject,
          );
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
    const id = arrived.headers['idempotency-key'];
    if (arrived.path === ENVELOPES && answer.status === 200 && typeof id === 'string') {
      const digest = createHash('sha256').update(answer.body).digest('hex');
      this.#answers.set(id, (this.#answers.get(id) ?? new Set()).add(digest));
    }
    return answer;
  }

  #answer(response: ServerResponse, answer: Answer | undefined): void {
    if (answer === undefined) return;
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }

  #cutShort(response: ServerResponse, answer: Answer): void {
    response.writeHead(answer.status, answer.headers);
    response.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => response.destroy());
  }

  async #slice(response: ServerResponse, answer: Answer): Promise<void> {
    response.writeHead(answer.status, answer.headers);
    const size = Math.max(1, Math.ceil(answer.body.length / SLICES));
    for (let from = 0; from < answer.body.length; from += size) {
      response.write(answer.body.subarray(from, from + size));
      await delay(10);
    }
    response.end();
  }
}

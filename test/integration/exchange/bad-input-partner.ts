import { createHash, createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Envelope } from '../../../src/contracts/messages/index.ts';
import { signDocument } from '../../../src/exchange/protocol/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import type { HubWorld } from '../../support/hubs.ts';

/** A message as it came to the partner. */
export type Arrived = { readonly id: string; readonly body: string; readonly signature: string };

/** How the partner answers one envelope. */
export type Answer = (response: ServerResponse, message: Arrived) => void;

/** A platform in place of `shandong` that answers as it is told, and honestly otherwise. */
export class WaywardPartner {
  readonly arrived: Arrived[] = [];
  /** Requests to any other address than the protocol's. */
  readonly strays: string[] = [];
  /** Answers the next envelope in its own way, once. */
  next: Answer | null = null;
  /** Body that answers each fetch of receipts; how often one came. */
  receipts = '{"protocol":"xinqiao/1","receipts":[],"next":"0","more":false}';
  fetches = 0;
  readonly #server: Server;
  readonly #world: HubWorld;

  constructor(world: HubWorld) {
    this.#world = world;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.#answer(request.url ?? '', response, {
          id: String(request.headers['idempotency-key']),
          body: Buffer.concat(chunks).toString('utf8'),
          signature: String(request.headers['signature']),
        });
      });
    });
  }

  async open(): Promise<void> {
    const port = Number(new URL(this.#world.facts.shandong.url).port);
    await new Promise<void>((done) => this.#server.listen(port, '127.0.0.1', done));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  /** A receipt on a message, signed; `change` is in it before its signature. */
  receiptOn(message: Arrived, change: object = {}, signedBy: 'shandong' | 'zhoucun' = 'shandong'): string {
    const envelope = JSON.parse(message.body) as Envelope;
    const signer = signerOf(createPrivateKey(readFileSync(this.#world.keyFiles[signedBy], 'utf8')), 'k1');
    const receipt = {
      type: 'TRANSPORT',
      protocol: 'xinqiao/1',
      envelopeId: envelope.id,
      envelopeDigest: createHash('sha256').update(message.body).digest('hex'),
      sender: envelope.sender,
      receiver: 'shandong',
      receivedAt: new Date().toISOString(),
      records: envelope.records.map(({ key, v, hash }) => {
        return { key, v, hash, disposition: 'stored', rule: null, retryable: false, held: null };
      }),
    };
    return JSON.stringify(signDocument({ ...receipt, ...change }, signer));
  }

  #answer(path: string, response: ServerResponse, message: Arrived): void {
    if (path === '/exchange/v1/receipts') {
      this.fetches += 1;
      response.end(this.receipts);
      return;
    }
    if (path !== '/exchange/v1/envelopes') {
      this.strays.push(path);
      response.end('{}');
      return;
    }
    this.arrived.push(message);
    const answer = this.next;
    this.next = null;
    if (answer !== null) answer(response, message);
    else response.end(this.receiptOn(message));
  }
}

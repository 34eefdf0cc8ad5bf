import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Envelope } from '../../src/contracts/messages/index.ts';
import { loadSigner, signRequest } from '../../src/infra/signing/index.ts';
import type { Observer } from './evidence.ts';
import { candidateOf } from './generator.ts';
import type { WorldHub } from './hub-world.ts';

const AT_ONCE = 100;
const ASK_AGAIN_MS = 500;
const MAX_ASKS = 20;

/** One message sent a hundred times at once: how many different answers came, and how many effects it had. */
export type SameKeyResult = {
  readonly sent: number;
  readonly answered: number;
  readonly differentAnswers: number;
  readonly effects: number;
};

/** A record beside those of the load. */
const NUMBER = 900_000;

function envelopeOf(id: string, sender: string, receiver: string): Envelope {
  const it = candidateOf(NUMBER, 1);
  const record: Envelope['records'][number] = {
    ...{ key: it.key, v: 1, hash: it.hash, operation: 'UPSERT', kind: it.kind, itemCode: it.itemCode },
    ...{
      dataset: `${it.dataset}@1`,
      subject: it.subject,
      producer: it.producer,
      origin: sender,
      via: [sender],
    },
    ...{ disclosure: it.disclosure, acceptedAt: new Date().toISOString(), decidedOn: it.decidedOn },
    ...{ validFrom: it.validFrom, validUntil: it.validUntil, replaces: null, statement: it.statement },
    provenance: { source: 'faults', run: 'same-key', ruleVersion: '1', legalBasis: it.provenance.legalBasis },
  };
  return { protocol: 'xinqiao/1', id, sender, receiver, sentAt: new Date().toISOString(), records: [record] };
}

/** G16: sends one message many times at once, each time signed anew, and asks again where the first taker still works. */
export async function sendSameKey(
  sender: WorldHub,
  receiver: WorldHub,
  observer: Observer,
): Promise<SameKeyResult> {
  const url = `${receiver.proxy?.url ?? ''}/exchange/v1/envelopes`;
  const signer = loadSigner(sender.keyFile, 'k1');
  const id = randomUUID();
  const envelope = envelopeOf(id, sender.id, receiver.id);
  const body = JSON.stringify(envelope);
  const once = async () => {
    const at = Math.floor(Date.now() / 1_000);
    const request = { method: 'POST', targetUri: url, body: Buffer.from(body), idempotencyKey: id };
    const headers = signRequest(request, signer, { at, nonce: randomUUID() });
    const signed = { ...headers, 'content-type': 'application/json', 'xinqiao-sender': sender.id };
    const answer = await fetch(url, { method: 'POST', headers: signed, body });
    return { status: answer.status, text: await answer.text() };
  };
  const untilAnswered = async () => {
    for (let asked = 0; asked < MAX_ASKS; asked += 1) {
      const { status, text } = await once();
      if (status === 200) return text;
      await delay(ASK_AGAIN_MS);
    }
    return null;
  };
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, untilAnswered));
  const texts = answers.filter((it) => it !== null);
  const key = envelope.records[0]?.key ?? '';
  const { records, changes } = await observer.read(receiver.database, receiver.id);
  const versions = records.filter((it) => it.key === key).reduce((all, it) => all + it.versions.length, 0);
  const effects = Math.max(versions, changes.filter((it) => it.key === key).length);
  return { sent: AT_ONCE, answered: texts.length, differentAnswers: new Set(texts).size, effects };
}

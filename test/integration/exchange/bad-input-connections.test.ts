import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { acceptanceOf, listen, type RunningHub } from '../../../src/apps/hub/index.ts';
import { exchangeRouter } from '../../../src/exchange/endpoints/index.ts';
import { eventually, makeHubWorld, type HubWorld } from '../../support/hubs.ts';
import {
  auditCodes,
  converse,
  envelopeOf,
  holdings,
  recordOf,
  send,
  signedFields,
} from './bad-input-calls.ts';

/** The same limits as a hub's, shortened: what is tested is that they hold. */
const SHORT = { headersMs: 300, requestMs: 600, keepAliveMs: 300, checkEveryMs: 50 };

let world: HubWorld;
let zibo: RunningHub;
let hasty: Awaited<ReturnType<typeof listen>>;

beforeAll(async () => {
  world = await makeHubWorld();
  zibo = await world.start('zibo', ['exchange']);
  const { caller, log, publicUrl } = zibo.parts;
  const app = express();
  app.use('/exchange/v1', exchangeRouter({ caller, log, publicUrl, accept: acceptanceOf(zibo.parts) }));
  hasty = await listen(app, { host: '127.0.0.1', port: 0 }, SHORT);
});
afterAll(async () => {
  await hasty.close();
  await zibo.close();
});

/** Header and body of a sound, signed envelope as they travel; `length` is what the header says of the body. */
function request(number: string, length?: number): { header: string; body: string } {
  const envelope = envelopeOf([recordOf(number)]);
  const body = JSON.stringify(envelope);
  const { fields } = signedFields(world, Buffer.from(body), { messageId: envelope.id });
  const said = { ...fields, host: 'zibo', 'content-length': String(length ?? Buffer.byteLength(body)) };
  const lines = Object.entries(said).map(([name, it]) => `${name}: ${it}`);
  return { header: `POST /exchange/v1/envelopes HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, body };
}

/** Runs a conversation and asserts that the hub noted these refusals and holds what it held before. */
async function withoutEffect(talk: () => Promise<void>, noted: readonly string[]): Promise<void> {
  const [held, before] = [await holdings(zibo), (await auditCodes(zibo)).length];
  await talk();
  await eventually(
    'the refusal is noted',
    async () => (await auditCodes(zibo)).length >= before + noted.length,
  );
  expect((await auditCodes(zibo)).slice(before)).toEqual(noted);
  expect(await holdings(zibo)).toEqual(held);
}

describe('a request that does not arrive whole', () => {
  it('has no effect and is noted when its body ends before its length', async () => {
    const { header, body } = request('truncated', 100_000);
    await withoutEffect(async () => {
      await converse(zibo.port, (line) => {
        line.send(header + body);
        line.end();
      });
    }, ['ENVELOPE_REFUSED BAD_REQUEST']);
  });

  it('is cut off in bounded time with 408 when its body dribbles, is noted and has no effect', async () => {
    const { header, body } = request('dribbling');
    await withoutEffect(async () => {
      const started = Date.now();
      let place = 0;
      let drip: NodeJS.Timeout | undefined;
      const answer = await converse(hasty.port, (line) => {
        line.send(header);
        drip = setInterval(() => line.send(body.charAt(place++)), 20);
      });
      clearInterval(drip);
      expect(answer).toContain('408 Request Timeout');
      expect(answer).toContain('"code":"REQUEST_TOO_SLOW"');
      expect(place).toBeLessThan(body.length);
      expect(Date.now() - started).toBeLessThan(5_000);
    }, ['ENVELOPE_REFUSED BAD_REQUEST']);
  });

  it('is cut off in bounded time with 408 when its header dribbles', async () => {
    await withoutEffect(async () => {
      let drip: NodeJS.Timeout | undefined;
      const answer = await converse(hasty.port, (line) => {
        line.send('POST /exchange/v1/envelopes HTTP/1.1\r\nx: ');
        drip = setInterval(() => line.send('y'), 20);
      });
      clearInterval(drip);
      expect(answer).toContain('"code":"REQUEST_TOO_SLOW"');
    }, []);
  });

  it('is refused on the bare connection when it is no HTTP or its header is too large', async () => {
    await withoutEffect(async () => {
      const noise = await converse(zibo.port, (line) => line.send('\u0000\u0001 hello\r\n\r\n'));
      expect(noise).toContain('"code":"NOT_HTTP"');
      const large = `GET /livez HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`;
      const refused = await converse(zibo.port, (line) => line.send(large));
      expect(refused).toContain('"code":"HEADER_TOO_LARGE"');
    }, []);
  });

  it('is refused when it has two lengths, or a length and chunks: no second request hides in the first', async () => {
    const hidden = 'POST /exchange/v1/pull HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n';
    for (const field of ['content-length: 5', 'transfer-encoding: chunked']) {
      const header = `POST /exchange/v1/envelopes HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n${field}\r\n\r\n`;
      await withoutEffect(async () => {
        const answer = await converse(zibo.port, (line) => line.send(`${header}0\r\n\r\n${hidden}`));
        expect(answer).toContain('"code":"NOT_HTTP"');
        expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
      }, []);
    }
  });
});

describe('a hub to which others speak badly', () => {
  it('ends an idle connection after its time', async () => {
    const answer = await converse(hasty.port, (line) => line.send('GET /none HTTP/1.1\r\nhost: x\r\n\r\n'));
    expect(answer).toContain('404');
  });

  it('takes a sound envelope in while forty connections dribble', async () => {
    const before = (await auditCodes(zibo)).length;
    const drips: NodeJS.Timeout[] = [];
    const slow = Array.from({ length: 40 }, async () =>
      converse(hasty.port, (line) => {
        line.send('POST /exchange/v1/envelopes HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n');
        drips.push(setInterval(() => line.send('x'), 20));
      }),
    );
    const answer = await send(world, envelopeOf([recordOf('meanwhile')]));
    expect(answer.body['records']).toMatchObject([{ disposition: 'stored' }]);
    await Promise.all(slow);
    for (const drip of drips) clearInterval(drip);
    await eventually('all are noted', async () => (await auditCodes(zibo)).length === before + 40);
  });
});

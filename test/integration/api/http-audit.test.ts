import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { hubFile, makeKeys, openPort, startHub, type RunningHub } from './hub-fixture.ts';

/**
 * `csrfPrevention` stays on: a simple GET without a header that forces a preflight is refused. The specification says
 * MAY for each, and these notices are accepted by name.
 */
const ACCEPTED_NOTICES = ['5A70', '6A70', 'D6D5'];

let hub: RunningHub;

beforeAll(async () => {
  hub = await startHub(await openPort(), { keys: makeKeys(), hub: hubFile('shandong', '370000') });
});

afterAll(async () => hub.close());

describe('GraphQL over HTTP', () => {
  it('passes the whole audit without an error or a warning', async () => {
    const results = [];
    for (const audit of serverAudits({ url: `${hub.url}/graphql` })) results.push(await audit.fn());
    const found = results
      .filter((it) => it.status !== 'ok')
      .map((it) => ({ id: it.id, status: it.status, name: it.name }));
    expect(found.filter((it) => it.status !== 'notice')).toEqual([]);
    expect(found.map((it) => it.id).sort()).toEqual(ACCEPTED_NOTICES);
    expect(results.length).toBeGreaterThan(60);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSchema, isObjectType } from 'graphql';
import { scopesOf } from '../../../src/api/shared/index.ts';
import type { Caller } from '../../../src/exchange/partners/index.ts';
import { ask, askSigned, codeOf, usccOf, type Reply, type RunningHub } from './hub-fixture.ts';
import { startAskedHub } from './token-fixture.ts';

let hub: RunningHub;
let zhanjiang: Caller;

beforeAll(async () => {
  ({ hub, zhanjiang } = await startAskedHub({ purposes: ['BIDDING'], scopes: ['read:licence'] }));
});

afterAll(async () => hub.close());

describe('@requiresScopes', () => {
  it('nulls the field, names the scope once for many subjects, and says DENIED in coverage', async () => {
    const reply = await askSigned(zhanjiang, 'shandong', {
      query:
        'query Q($u: [USCC!]!) { subjects(usccs: $u) { uscc penalties { complete } licences { complete } } }',
      variables: { u: [usccOf(61), usccOf(62)] },
    });
    expect(reply.data.subjects.map((it) => [it.penalties, it.licences.complete])).toEqual([
      [null, true],
      [null, true],
    ]);
    expect(reply.errors).toHaveLength(1);
    expect(reply.errors?.[0]?.extensions).toMatchObject({
      code: 'SCOPE_MISSING',
      hint: expect.stringContaining('read:penalty'),
    });
    expect(reply.extensions.coverage).toContainEqual(
      expect.objectContaining({
        dataset: 'administrative_penalty',
        status: 'DENIED',
        rule: 'SCOPE_MISSING',
      }),
    );
    expect(reply.extensions.complete).toBe(false);
  });

  it.each([
    ['changes(first: 1) { edges { cursor } }'],
    ['holders(record: "x") { version }'],
    ['reconciliation(partner: "zhanjiang") { id }'],
    ['connectors { id }'],
    ['quarantine { count }'],
    ['quarantineRows(first: 1) { edges { cursor } }'],
    ['partners { deliveries { count } }'],
  ])('keeps %s from the public and from partners without the scope', async (field) => {
    const query = `{ ${field} }`;
    expect(codeOf(await ask(hub.url, query))).toBe('SCOPE_MISSING');
    expect(codeOf(await askSigned(zhanjiang, 'shandong', { query }))).toBe('SCOPE_MISSING');
  });

  it('decides what introspection shows: to the public what it may ask, to a platform the whole', async () => {
    const query = '{ __schema { types { name } queryType { fields { name } } } }';
    const namesIn = (reply: Reply) => reply.data.__schema.types.map((it) => it.name);
    const open = await ask(hub.url, query);
    const whole = await askSigned(zhanjiang, 'shandong', { query });
    expect(namesIn(open)).toEqual(
      expect.arrayContaining(['CreditSubject', 'AdministrativePenaltyConnection', 'SourceCoverage', 'Quota']),
    );
    for (const closed of ['Connector', 'ChangeConnection', 'ReconciliationStatement', 'RecordHolders']) {
      expect(namesIn(open)).not.toContain(closed);
      expect(namesIn(whole)).toContain(closed);
    }
    expect(open.text).not.toMatch(/"(changes|holders|reconciliation|connectors|quarantine)"/);
    const type = await ask(hub.url, '{ __type(name: "Connector") { name } }');
    expect(JSON.parse(type.text)).toMatchObject({ data: { __type: null } });
  });

  it('stands in the supergraph on each dataset and each inner field, so that another router can keep it too', () => {
    const sdl = hub.api.supergraphSdl;
    const types = buildSchema(sdl, { assumeValid: true, assumeValidSDL: true }).getTypeMap();
    const guarded = Object.values(types)
      .filter(isObjectType)
      .flatMap((type) =>
        Object.values(type.getFields()).flatMap((field) => {
          const sets = scopesOf(field);
          return sets === null ? [] : [[`${type.name}.${field.name}`, sets]];
        }),
      );
    expect(Object.fromEntries(guarded)).toMatchObject({
      'CreditSubject.penalties': [['read:penalty'], ['read:public']],
      'CreditSubject.licences': [['read:licence'], ['read:public']],
      'Query.changes': [['read:changes']],
      'Query.connectors': [['read:operations']],
      'Query.runs': [['read:operations']],
      'Query.run': [['read:operations']],
      'Partner.deliveries': [['read:operations']],
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { connectorSchema } from '../../contracts/manifests/index.ts';
import { loadCatalogue } from '../../registry/catalogue/index.ts';
import { checkManifest } from './check-manifest.ts';

const catalogue = loadCatalogue(join(import.meta.dirname, '../../../connectors'));

const housing = {
  apiVersion: 'xinqiao/v1',
  kind: 'Connector',
  metadata: {
    id: 'test-source',
    title: { zh: '测试', en: 'test' },
    owner: { name: '测试局', uscc: '11370306QQQQ90012L', region: '370306' },
    dataset: 'housing_presale@1',
    legalBasis: { document: '测试办法', article: '第一条' },
  },
  source: {
    type: 'sql',
    driver: 'sqlite',
    dsn: '${env:XQ_TEST_DSN}',
    query: 'select * from t where :cursor.id is null or id > :cursor.id order by id limit :limit',
  },
  sync: { mode: 'incremental', cursor: ['id'], key: ['id'] },
  map: {
    'subject.uscc': 'shxym',
    'subject.name': 'qymc',
    documentNo: 'ysxkzh',
    projectName: 'xmmc',
    decidedOn: 'fzrq',
    validTo: 'yxqz',
    authorityName: 'fzjg',
  },
};

const faultsOf = (changes: object): string[] =>
  checkManifest(connectorSchema.parse({ ...housing, ...changes }), catalogue).map(
    (it) => `${it.path.join('.')}: ${it.message}`,
  );

describe('what a manifest gets wrong beyond its form', () => {
  it('finds every fault at once', () => {
    const map = { ...housing.map, decidedOn: undefined, documentNoo: 'ysxkzh', 'subject.name': undefined };
    const entries = Object.fromEntries(Object.entries(map).filter(([, value]) => value !== undefined));
    const faults = faultsOf({ map: entries, sync: { mode: 'incremental' } });
    expect(faults).toEqual([
      'map.documentNoo: "documentNoo" is no field of housing_presale@1: did you mean "documentNo"?',
      'map: the mandatory field subject.name is not mapped',
      'map: the mandatory field decidedOn is not mapped',
      'sync.mode: incremental reading needs sync.cursor',
      'source.query: the statement binds :cursor.id',
    ]);
  });

  it('passes a manifest without faults', () => {
    expect(faultsOf({})).toEqual([]);
  });

  it('refuses to keep a column about a person, and keeps any other', () => {
    expect(faultsOf({ keep: ['ksmc', 'LXDH', '法定代表人身份证号'] })).toEqual([
      'keep: column LXDH is about a person and may not be kept',
      'keep: column 法定代表人身份证号 is about a person and may not be kept',
    ]);
  });

  it('refuses a column about a person as a field or as a key', () => {
    const map = { ...housing.map, projectName: 'FR_SFZH' };
    expect(faultsOf({ map })).toEqual([
      'map.projectName: column FR_SFZH is about a person and may not become projectName',
    ]);
    expect(faultsOf({ sync: { ...housing.sync, key: ['id', 'SFZH'] } })).toEqual([
      'sync.key: column SFZH is about a person and can be no key',
    ]);
  });

  it('refuses a cursor whose last column is not unique', () => {
    expect(faultsOf({ sync: { mode: 'incremental', cursor: ['id'] } })).toEqual([
      'sync.cursor: the last cursor column id must be unique: name it in sync.key as well',
    ]);
  });

  it('refuses an overlap that cannot be counted', () => {
    const wrong =
      'sync.overlap: overlap reads again from a time on: it needs incremental reading by a time and a unique column';
    expect(faultsOf({ sync: { ...housing.sync, overlap: '1h' } })).toEqual([wrong]);
    const full = { type: 'file', path: '*.csv', format: 'csv' };
    expect(faultsOf({ source: full, sync: { overlap: '1h' } })).toEqual([wrong]);
  });

  it('refuses two ways to log in, and a live interface in XML', () => {
    const token = '${env:XQ_TEST_TOKEN}';
    const source = {
      type: 'rest',
      url: 'https://example.invalid',
      token,
      auth: { kind: 'bearer', token },
      format: 'xml',
    };
    const live = { request: { query: { a: ':code' } } };
    expect(faultsOf({ source, sync: {}, mode: 'live', live })).toEqual([
      'source.token: says the same as source.auth: give one of them',
      'source.format: an interface that is asked at query time answers with JSON',
    ]);
  });

  it('refuses a statement that does not bind its cursor and limit', () => {
    const source = { ...housing.source, query: 'select * from t where id > :cursor.ID' };
    expect(faultsOf({ source })).toEqual([
      'source.query: the statement must bind :limit',
      'source.query: the statement must bind :cursor.id',
      'source.query: the statement binds :cursor.ID: did you mean "cursor.id"?',
    ]);
  });

  it('refuses a live source without a lookup that binds the codes', () => {
    expect(faultsOf({ mode: 'live' })).toEqual(['mode: a live source needs live.lookup']);
    expect(faultsOf({ mode: 'live', live: { lookup: 'select * from t' } })).toEqual([
      'live.lookup: the statement must bind :codes, or :code, and nothing else',
    ]);
  });

  it('refuses a live REST source whose request holds no code, both kinds of code, or a body without being a POST', () => {
    const source = { type: 'rest', url: 'https://example.invalid' };
    const wrong = 'live.request: the request must hold ":codes", or ":code", in its query or body';
    const asked = (request: object) => faultsOf({ mode: 'live', source, sync: {}, live: { request } });
    expect(asked({ query: { a: 'codes' } })).toEqual([wrong]);
    expect(asked({ query: { a: ':code' }, method: 'POST', body: { b: ':codes' } })).toEqual([wrong]);
    expect(asked({ query: { a: ':code' }, body: {} })).toEqual(['live.request.body: a GET has no body']);
    expect(asked({ method: 'POST', body: { page: { list: [':codes'] } } })).toEqual([]);
  });

  it('refuses a GraphQL source that is collected, or whose document is not one query of the codes', () => {
    const source = { type: 'graphql', url: 'https://example.invalid', rows: 'data.permits' };
    expect(faultsOf({ source, sync: {} })).toEqual([
      'mode: a GraphQL source is asked at query time: mode is live',
    ]);
    const of = (lookup: string) => faultsOf({ mode: 'live', source, sync: {}, live: { lookup } });
    const wrong =
      'live.lookup: the document must be one query with one variable, $codes or $code, and nothing else';
    expect(of('mutation($codes: [String!]!) { permits(codes: $codes) { id } }')).toEqual([wrong]);
    expect(of('query($codes: [String!]!, $a: Int) { permits(codes: $codes, a: $a) { id } }')).toEqual([
      wrong,
    ]);
    expect(of('{ permits { id }')).toEqual([wrong]);
    expect(of('query($code: String!) { permits(code: $code) { id } }')).toEqual([]);
  });

  it('refuses every key of a file source that its format or its place does not read', () => {
    const file = { type: 'file', path: '*' };
    const of = (more: object) => faultsOf({ source: { ...file, ...more }, sync: {} });
    const sftp = { host: 'a', user: 'b', hostKey: `SHA256:${'A'.repeat(43)}` };
    expect(of({ format: 'json', sheet: 'a', delimiter: ';', header: 2, sftp })).toEqual([
      'source.sheet: sheet says nothing to json: it is for xlsx',
      'source.delimiter: delimiter says nothing to json: it is for csv, tsv',
      'source.header: header says nothing to json: it is for csv, tsv, xlsx',
      'source.via: source.sftp is read where source.via is sftp',
    ]);
    expect(of({ format: 'xlsx', rows: 'a', encoding: 'gb18030', via: 'sftp' })).toEqual([
      'source.rows: rows says nothing to xlsx: it is for json, xml',
      'source.encoding: encoding says nothing to xlsx: it is for csv, tsv, json, ndjson, xml',
      'source.sftp: files that come by SFTP need source.sftp',
    ]);
    expect(of({ format: 'xml' })).toEqual([
      'source.rows: XML needs the element of a row, such as row or list.row',
    ]);
    expect(of({ format: 'xml', rows: 'list.row', via: 'sftp', sftp })).toEqual([]);
    expect(() => of({ format: 'csv', encoding: 'klingon' })).toThrow('encoding');
  });

  it('refuses a constant that is no code of the list', () => {
    const metadata = { ...housing.metadata, dataset: 'evaluation_result@1' };
    const map = {
      'subject.uscc': 'a',
      'subject.name': 'b',
      scheme: { const: 'TAX' },
      period: 'c',
      grade: 'd',
      decidedOn: 'e',
      validTo: 'f',
      evaluatorName: 'g',
    };
    expect(faultsOf({ metadata, map })).toEqual(['map.scheme.const: TAX is no code of evaluation-scheme@1']);
  });

  it('names the nearest dataset', () => {
    const metadata = { ...housing.metadata, dataset: 'housing_presales@1' };
    expect(faultsOf({ metadata })[0]).toMatch(/did you mean "housing_presale@1"/);
  });
});

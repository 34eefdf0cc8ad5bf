import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { connectorSchema } from '../../contracts/manifests/index.ts';
import { parseYaml } from '../../infra/files/index.ts';
import { loadCatalogue } from '../../registry/catalogue/index.ts';
import { checkManifest } from './check-manifest.ts';

const catalogue = loadCatalogue(join(import.meta.dirname, '../../../connectors'));

const permits = {
  apiVersion: 'xinqiao/v1',
  kind: 'Connector',
  metadata: {
    id: 'test-source',
    title: { zh: '测试', en: 'test' },
    owner: { name: '测试局', uscc: '11370306QQQQ90012L', region: '370306' },
    dataset: 'housing_presale@1',
    legalBasis: { document: '测试办法', article: '第一条' },
  },
  source: { type: 'file', path: '*.csv', format: 'csv' },
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
  checkManifest(connectorSchema.parse({ ...permits, ...changes }), catalogue).map(
    (it) => `${it.path.join('.')}: ${it.message}`,
  );

const formFaults = (changes: object): string[] =>
  parseYaml(JSON.stringify({ ...permits, ...changes }), connectorSchema, 'connector.yml').faults.map(
    (it) => it.message,
  );

describe('an expression of a manifest', () => {
  const withExpr = (expr: string): string[] => faultsOf({ map: { ...permits.map, validTo: { expr } } });

  it('is refused where it cannot be parsed, says another thing each time or hides what it reads', () => {
    expect(withExpr('a <= ')[0]).toMatch(/^map\.validTo\.expr: .*character/);
    expect(withExpr('$now()')).toEqual([
      'map.validTo.expr: $now gives another answer each time and may not be used',
    ]);
    expect(withExpr('$join(*)')).toEqual(['map.validTo.expr: an expression names each column that it reads']);
  });

  it('may read no column about a person, however deep it stands', () => {
    const deep = "$map([1], function($n) { `法定代表人` & $string($n) })[0] & (yxqz = '长期' ? SFZH : '')";
    expect(withExpr(deep)).toEqual([
      'map.validTo.expr: column 法定代表人 is about a person and may not be read',
      'map.validTo.expr: column SFZH is about a person and may not be read',
    ]);
  });

  it('passes where it reads columns alone', () => {
    expect(withExpr("yxqz = '长期' ? '2099-12-31' : yxqz")).toEqual([]);
  });
});

describe('a rule of a manifest', () => {
  it('names fields that there are, has the id of its connector, and stands once', () => {
    const rules = [
      { id: 'other/R001', expr: 'decidedOn <= validTo', say: '先后矛盾' },
      { id: 'test-source/R002', expr: 'decideOn <= validTo', say: '先后矛盾' },
      { id: 'test-source/R002', unique: ['documentNoo'], say: '重复' },
      { on: 'validTo', test: 'notFuture' },
    ];
    expect(faultsOf({ rules })).toEqual([
      "rules.0.id: own rules begin with the connector's id: test-source/R001",
      'rules.1.expr: "decideOn" is no field: did you mean "decidedOn"?',
      'rules.2: "documentNoo" is no field: did you mean "documentNo"?',
      'rules.2.id: test-source/R002 stands twice',
    ]);
  });

  it('constrains what its field can be', () => {
    const constrained = (constraints: object) =>
      faultsOf({ map: { ...permits.map, decidedOn: { from: 'fzrq', constraints } } });
    expect(constrained({ pattern: '(', minimum: '2000-01-01' })).toEqual([
      'map.decidedOn.constraints.pattern: pattern says nothing of a date',
      expect.stringMatching(/^map\.decidedOn\.constraints\.pattern: Invalid regular expression/),
    ]);
    expect(constrained({ minimum: '2000-01-01', required: true })).toEqual([]);
  });
});

describe('a test of a manifest', () => {
  it('expects rules and fields that there are', () => {
    const tests = [
      { given: { a: '1' }, expect: { reject: ['BAD_USC'] } },
      { given: { a: '1' }, expect: { accept: { documentNumber: 'x' } } },
      { given: { a: '1' }, expect: { reject: ['BAD_USCC'] } },
    ];
    expect(faultsOf({ tests })).toEqual([
      'tests.0.expect: there is no rule BAD_USC: did you mean "BAD_USCC"?',
      expect.stringMatching(/^tests\.1\.expect: "documentNumber" is no field/),
    ]);
  });
});

describe('the gates of a manifest', () => {
  it('are shares and times as people write them', () => {
    expect(formFaults({ gate: { rejectRate: { stop: 5 }, freshness: { warn: '1 day' } } })).toEqual([
      expect.stringMatching(/^gate\.rejectRate\.stop: /),
      'gate.freshness.warn: a length of time such as 90s, 15m, 26h or 2d',
    ]);
    expect(formFaults({ gate: { rejectRates: { stop: '5%' } } })).toEqual([
      'unknown key "gate.rejectRates": did you mean "rejectRate"?',
    ]);
    const { gate } = connectorSchema.parse({ ...permits, gate: { freshness: { warn: '26h' } } });
    expect(gate).toMatchObject({ freshness: { warn: 93_600 }, changeRate: { stop: 0.5 } });
  });

  it("take DataX' errorLimit for the reject rate, and refuse both", () => {
    const limited = (errorLimit: unknown) => connectorSchema.parse({ ...permits, errorLimit });
    expect(limited('2%').gate.rejectRate).toEqual({ warn: 0.05, stop: 0.02 });
    expect(limited({ percentage: 0.02 }).gate.rejectRate.stop).toBe(0.02);
    expect(limited('2%')).not.toHaveProperty('errorLimit');
    expect(formFaults({ errorLimit: '2%', gate: { rejectRate: { stop: '5%' } } })).toEqual([
      'errorLimit: says the same as gate.rejectRate.stop: give one of them',
    ]);
  });
});

describe('an address in a manifest', () => {
  it.each([
    [{ type: 'sql', driver: 'mysql', dsn: 'mysql://reader:geheim@db/front', query: 'q' }, 'dsn'],
    [{ type: 'sql', driver: 'sqlserver', dsn: 'Server=db;Password=geheim', query: 'q' }, 'dsn'],
    [{ type: 'rest', url: 'https://example.invalid/rows?appKey=geheim' }, 'url'],
    [{ type: 'rest', url: 'https://a:b@example.invalid/rows' }, 'url'],
  ])('that holds a secret is refused: %j', (source, key) => {
    expect(faultsOf({ source })).toContain(
      `source.${key}: holds a secret: write \${env:NAME} or \${file:path} in its place`,
    );
  });

  it('may refer to one', () => {
    const url = 'https://example.invalid/rows?region=370306&appKey=${env:XQ_KEY}';
    expect(faultsOf({ source: { type: 'rest', url } })).toEqual([]);
    const dsn = 'mysql://reader:${env:XQ_PASSWORD}@db/front';
    expect(faultsOf({ source: { type: 'sql', driver: 'mysql', dsn, query: 'select :limit' } })).toEqual([]);
  });
});

describe('the producers of a manifest', () => {
  it('are others than the owner', () => {
    expect(faultsOf({ producers: [permits.metadata.owner] })).toEqual([
      'producers.0: the owner speaks for itself already',
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hubFileSchema } from '../../contracts/manifests/index.ts';
import { loadCatalogue } from '../../registry/catalogue/index.ts';
import { checkPlatform, loadHubPlatforms, loadPlatform } from './check-platform.ts';

const CONNECTORS = join(import.meta.dirname, '../../../connectors');
const catalogue = loadCatalogue(CONNECTORS);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-manifests-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A reference manifest with some of its text changed. */
function manifest(id: string, ...changes: (readonly [from: string | RegExp, to: string])[]): string {
  const text = readFileSync(join(CONNECTORS, 'platforms', id, 'platform.yml'), 'utf8');
  const directory = join(folder, id);
  mkdirSync(directory, { recursive: true });
  const changed = changes.reduce((it, [from, to]) => it.replace(from, to), text);
  expect(changed).not.toBe(text);
  writeFileSync(join(directory, 'platform.yml'), changed);
  return directory;
}
const faultsOf = (...given: Parameters<typeof manifest>) =>
  checkPlatform(manifest(...given), catalogue).map((it) => it.message);

describe('checkPlatform', () => {
  it('finds every fault at once, each with its line and the nearest word', () => {
    const directory = manifest(
      'zibo-credit',
      ['CF_WSH: documentNo', 'CF_WSH: documentNum'],
      ['administrative_licence@1', 'administrative_license@1'],
      ['SUBJECT_MISMATCH', 'SUBJECT_MISMACH'],
    );
    const faults = checkPlatform(directory, catalogue);
    expect(faults.map((it) => it.message)).toEqual([
      expect.stringContaining('did you mean "documentNo"?'),
      expect.stringContaining('did you mean "administrative_licence@1"?'),
      expect.stringContaining('did you mean "SUBJECT_MISMATCH"?'),
    ]);
    const lines = readFileSync(join(directory, 'platform.yml'), 'utf8').split('\n');
    expect(lines[faults[0]!.line - 1]).toContain('documentNum');
  });

  it('names an unknown key with the nearest one', () => {
    const [fault] = faultsOf('zibo-credit', ['idempotency: upsert', 'idempotenci: upsert']);
    expect(faultsOf('zibo-credit', ['idempotency: upsert', 'idempotenci: upsert']).join()).toContain(
      'did you mean "idempotency"?',
    );
    expect(fault).toBeDefined();
  });

  it.each([
    ['a secret in the open', 'zibo-credit', ["'${env:XQ_ZIBO_CREDIT_PASSWORD}'", 'secret']],
    ['a file name without the batch', 'zibo-credit', ['{batch}', 'today']],
    ['no way to log in', 'zibo-credit', [/ {2}password:.*\n/, '']],
    ['a host key that is none', 'zibo-credit', ["'${env:XQ_ZIBO_CREDIT_HOST_KEY}'", 'any']],
    ['a disclosure beyond what goes out', 'zibo-credit', ['disclosure: PUBLIC', 'disclosure: RESTRICTED']],
    ['no code that accepts', 'zibo-credit', [/'0000'.*\n.*\n.*\n/, '']],
    ['no column for the key', 'zibo-credit', ['SJWYBS: record.key', 'SJWYBS: record.version']],
    ['a table that cannot be quoted', 'enterprise-publicity', ['to: xzcf', "to: 'xzcf\" --'"]],
    ['a column that cannot be quoted', 'enterprise-publicity', ['CFWSH:', '"CF`WSH":']],
    ['no column for the batch', 'enterprise-publicity', ['PCH: record.batch', 'PCH: record.key']],
    ['two datasets in one table', 'enterprise-publicity', ['to: xzxk', 'to: xzcf']],
    ['a question to a platform that answers none', 'resource-trading', [/ {2}query:.*\n/, '']],
    ['a code list that is not there', 'resource-trading', ['penalty-category@1', 'penalty-category@9']],
    ['an id that is not the folder’s', 'resource-trading', ['id: resource-trading', 'id: other']],
    ['a day without its month', 'zibo-credit', ['YYYY/MM/DD', 'YYYY/DD']],
  ] as const)('refuses %s', (_, id, change) => {
    expect(faultsOf(id, change)).not.toEqual([]);
  });

  it('refuses a field for government bodies alone where the platform publishes, and there only', () => {
    const reference = 'administrative_penalty@1';
    const dataset = catalogue.getDataset(reference);
    const fields = dataset.fields.map((it) =>
      it.name === 'content' ? { ...it, disclosure: 'GOVERNMENT' as const } : it,
    );
    const closed = {
      ...catalogue,
      findDataset: (asked: string) =>
        asked === reference ? { ...dataset, fields } : catalogue.findDataset(asked),
    };
    const publishing = join(CONNECTORS, 'platforms', 'zibo-credit');
    expect(checkPlatform(publishing, closed).map((it) => it.message)).toEqual([
      expect.stringContaining('CF_NR: content is for government bodies alone, and this platform publishes'),
    ]);
    const closedToo = manifest('zibo-credit', ['disclosure: PUBLIC', 'disclosure: GOVERNMENT']);
    expect(checkPlatform(closedToo, closed)).toEqual([]);
  });

  it('is thrown as one error where a manifest is loaded', () => {
    const directory = manifest('zibo-credit', ['CZLX: record.operation', 'CZLX: record.operatoin']);
    expect(() => loadPlatform(directory, catalogue)).toThrow(
      expect.objectContaining({ code: 'BAD_FILE', kind: 'config' }),
    );
  });

  it.each(['zibo-credit', 'enterprise-publicity', 'resource-trading'])('finds nothing in %s', (id) => {
    expect(checkPlatform(join(CONNECTORS, 'platforms', id), catalogue)).toEqual([]);
  });
});

describe('a hub file that names a platform', () => {
  const base = { id: 'zibo-credit', name: { zh: '甲', en: 'A' }, relation: 'PEER', region: '370300' };
  const fileWith = (partner: object) =>
    hubFileSchema.safeParse({
      apiVersion: 'xinqiao/v1',
      kind: 'Hub',
      id: 'zibo',
      name: { zh: '淄博', en: 'Zibo' },
      level: 'CITY',
      region: '370300',
      partners: [{ ...base, ...partner }],
    });

  it.each([
    ['neither keys nor a platform', {}],
    ['a platform with an address', { platform: 'zibo-credit', url: 'https://example.test' }],
    ['a platform above us', { platform: 'zibo-credit', relation: 'PARENT' }],
    ['a platform that we pull from', { platform: 'zibo-credit', pull: { everySeconds: 5 } }],
    ['a platform with a subscription', { platform: 'zibo-credit', receives: { kinds: 'ALL', mode: 'PUSH' } }],
  ])('is refused for %s', (_, partner) => {
    expect(fileWith(partner).success).toBe(false);
  });

  it('is refused when its manifest is about another region', () => {
    const file = fileWith({ platform: 'zibo-credit', region: '370306' });
    expect(() => loadHubPlatforms(CONNECTORS, file.data!, catalogue)).toThrow(
      expect.objectContaining({ code: 'PLATFORM_DIFFERS' }),
    );
  });

  it('needs nothing but the name of the platform', () => {
    const file = fileWith({ platform: 'zibo-credit' });
    const [platform] = loadHubPlatforms(CONNECTORS, file.data!, catalogue);
    expect(platform?.metadata.id).toBe('zibo-credit');
  });
});

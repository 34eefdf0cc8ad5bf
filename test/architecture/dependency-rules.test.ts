import { describe, expect, it } from '@jest/globals';
import { findBrokenRules } from '../../script/lib/dependency-rules.ts';
import { plantTree } from './planted-tree.ts';

async function rulesBrokenBy(files: Readonly<Record<string, string>>): Promise<string[]> {
  const planted = plantTree(files);
  try {
    const { broken } = await findBrokenRules(planted.folder);
    return [...new Set(broken.map(({ rule }) => rule))];
  } finally {
    planted.remove();
  }
}

const DOOR = 'export const door = 1;\n';
const uses = (path: string) => `import * as it from '${path}';\nexport const used = it;\n`;
const usesType = (path: string, name: string) =>
  `import type { ${name} } from '${path}';\nexport type Used = ${name};\n`;

const UPWARD: readonly (readonly [string, string, string])[] = [
  ['rank-0-looks-only-down', 'domain', 'contracts'],
  ['rank-1-looks-only-down', 'contracts', 'infra'],
  ['rank-2-looks-only-down', 'infra', 'registry'],
  ['rank-3-looks-only-down', 'registry', 'intake'],
  ['rank-4-looks-only-down', 'exchange', 'api'],
  ['rank-5-looks-only-down', 'api', 'apps'],
];

/** Rule, file that breaks it, what it says. */
const LIBRARIES: readonly (readonly [string, string, string])[] = [
  ['domain-is-pure', 'src/domain/subject/index.ts', uses('zod')],
  ['domain-is-pure', 'src/domain/subject/index.ts', uses('node:fs')],
  ['contracts-know-zod-only', 'src/contracts/jobs/index.ts', uses('pino')],
  ['mongo-stays-in-stores', 'src/exchange/inbox/index.ts', uses('mongodb')],
  ['mongo-stays-in-stores', 'src/registry/records/index.ts', usesType('mongoose', 'Connection')],
  ['queue-stays-in-infra', 'src/exchange/delivery/delivery-store.ts', uses('bullmq')],
  ['queue-stays-in-infra', 'src/apps/hub/index.ts', uses('ioredis')],
  ['no-development-packages', 'src/infra/files/index.ts', uses('fast-check')],
  ['embedded-mongod-is-loaded-late', 'src/apps/hub/index.ts', uses('mongodb-memory-server-core')],
  [
    'embedded-mongod-is-loaded-by-import-call',
    'src/apps/embedded/index.ts',
    uses('mongodb-memory-server-core'),
  ],
  ['no-elastic-licence', 'src/api/gateway/index.ts', uses('@apollo/gateway')],
  ['nothing-unresolved', 'src/infra/files/index.ts', uses('./nowhere.ts')],
  ['nothing-undeclared', 'src/infra/files/index.ts', uses('bson')],
];

describe('the dependency rules', () => {
  it('refuse to pass a tree in which they see no module', async () => {
    await expect(rulesBrokenBy({ 'src/readme.txt': 'no code here' })).rejects.toThrow('saw 0 of 0 modules');
  });

  it.each(UPWARD)('break %s when %s imports %s', async (rule, below, above) => {
    const broken = await rulesBrokenBy({
      [`src/${below}/one/index.ts`]: uses(`../../${above}/two/index.ts`),
      [`src/${above}/two/index.ts`]: DOOR,
    });
    expect(broken).toEqual([rule]);
  });

  it('break when one room imports another of its rank', async () => {
    const broken = await rulesBrokenBy({
      'src/intake/feedback/index.ts': uses('../../casework/lists/index.ts'),
      'src/casework/lists/index.ts': DOOR,
    });
    expect(broken).toEqual(['rooms-of-one-rank-are-strangers']);
  });

  it('break when a closet is entered past its door, from its own room or from another', async () => {
    const inner = { 'src/registry/records/record-store.ts': DOOR };
    const past = '../records/record-store.ts';
    expect(await rulesBrokenBy({ ...inner, 'src/registry/changes/index.ts': uses(past) })).toEqual([
      'closets-have-one-door',
    ]);
    const far = uses('../../registry/records/record-store.ts');
    expect(await rulesBrokenBy({ ...inner, 'src/api/records/index.ts': far })).toEqual([
      'closets-have-one-door',
    ]);
    const room = uses('./records/record-store.ts');
    expect(await rulesBrokenBy({ ...inner, 'src/registry/registry.ts': room })).toEqual([
      'closets-have-one-door',
    ]);
  });

  it('break on a cycle, also on one of types only', async () => {
    const broken = await rulesBrokenBy({
      'src/domain/record/one.ts': `${usesType('./two.ts', 'Two')}export type One = { one: 1 };\n`,
      'src/domain/record/two.ts': `${usesType('./one.ts', 'One')}export type Two = { two: 2 };\n`,
    });
    expect(broken).toEqual(['no-cycles']);
  });

  it('break when production code imports a test', async () => {
    const broken = await rulesBrokenBy({
      'src/infra/files/index.ts': uses('../../../test/support/servers.ts'),
      'test/support/servers.ts': DOOR,
    });
    expect(broken).toEqual(['src-knows-no-tests']);
  });

  it.each(LIBRARIES)('break %s in %s', async (rule, file, text) => {
    expect(await rulesBrokenBy({ [file]: text })).toContain(rule);
  });

  it('pass what the architecture allows', async () => {
    const broken = await rulesBrokenBy({
      'src/domain/record/index.ts':
        "import { createHash } from 'node:crypto';\nexport const hash = createHash;\n",
      'src/contracts/jobs/index.ts': `${uses('zod')}export * from '../../domain/record/index.ts';\n`,
      'src/infra/mongo/index.ts': uses('mongoose'),
      'src/registry/records/record-store.ts': `${uses('mongodb')}export * from '../../infra/mongo/index.ts';\n`,
      'src/registry/records/index.ts': "export * from './record-store.ts';\n",
      'src/apps/embedded/index.ts':
        "export const load = () => import('mongodb-memory-server-core');\nexport * from '../../registry/records/index.ts';\n",
    });
    expect(broken).toEqual([]);
  });
});

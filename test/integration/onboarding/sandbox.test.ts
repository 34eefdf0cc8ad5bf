import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assessCode } from '../../../src/domain/subject/index.ts';
import { askHub } from '../../../src/apps/client/index.ts';
import { startSandboxProcess, type SandboxProcess } from '../../support/sandbox.ts';

const ROOT = join(import.meta.dirname, '../../..');

type Record_ = { documentNo: string | null; version: number; fineWanYuan?: string };
type List = { complete: boolean; edges: { node: Record_ }[] };
type Subject = {
  uscc: string;
  name: string | null;
  kind: string;
  known: boolean;
  matchedBy: string;
  formerNames: string[];
  formerCodes: string[];
  penalties: List;
  licences: List;
  evaluations: List;
};
type Answer = { data: { subjects: Subject[] }; extensions: { sandbox?: boolean } };

const QUERY = `query($codes: [USCC!]!) { subjects(usccs: $codes) {
  uscc name kind known matchedBy formerNames formerCodes
  penalties { complete edges { node { documentNo version fineWanYuan } } }
  licences { complete edges { node { documentNo version } } }
  evaluations { complete edges { node { version } } }
} }`;

/** Programs are started by these tests, on a machine that may be busy. */
jest.setTimeout(120_000);

let sandbox: SandboxProcess;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
});

afterAll(async () => {
  await sandbox.interrupt();
});

const codeOf = (state: string): string =>
  sandbox.facts.organisations.find((it) => it.state === state)?.uscc ?? '';

async function ask(code: string, signed = false): Promise<Subject> {
  const { id: hub, ...key } = sandbox.facts.partner;
  const { body } = await askHub({
    url: sandbox.facts.url,
    query: QUERY,
    variables: { codes: [code] },
    sender: signed ? { hub, ...key } : null,
    timeoutMs: 10_000,
  });
  return (body as Answer).data.subjects[0]!;
}

describe('script/server --sandbox', () => {
  it.each(['NODE_ENV', 'XINQIAO_MODE'])('never starts where %s is production', async (name) => {
    await expect(startSandboxProcess({ [name]: 'production' })).rejects.toThrow('SANDBOX_IN_PRODUCTION');
  });

  it('ends where its port is taken, and says so', async () => {
    const { port } = new URL(sandbox.facts.url);
    await expect(startSandboxProcess({ XINQIAO_PORT: port })).rejects.toThrow('PORT_IN_USE');
  });

  it('is passed on by the script', () => {
    expect(readFileSync(join(ROOT, 'script/server'), 'utf8')).toMatch(/main\.ts" serve --embedded "\$@"$/m);
  });

  it('names only made-up codes, each right by its check characters', () => {
    for (const { uscc } of sandbox.facts.organisations) {
      expect(uscc).toMatch(/^9[12]370306QQQQ\d{4}/);
      expect({ uscc, valid: assessCode(uscc).valid }).toEqual({ uscc, valid: true });
    }
    expect(sandbox.facts.organisations.map((it) => it.state)).toEqual(
      'clean penalised corrected withdrawn renamed merged sole-trader unknown'
        .split(' ')
        .map((it) => it.replace('-', ' ')),
    );
  });

  it('answers for each state', async () => {
    expect((await ask(codeOf('clean'))).penalties).toEqual({ complete: true, edges: [] });
    expect((await ask(codeOf('penalised'))).penalties.edges).toHaveLength(1);
    const [corrected] = (await ask(codeOf('corrected'))).penalties.edges;
    expect(corrected?.node).toMatchObject({ version: 2, fineWanYuan: '0.500000' });
    expect((await ask(codeOf('withdrawn'))).penalties).toEqual({ complete: true, edges: [] });
    const renamed = await ask(codeOf('renamed'));
    expect([renamed.name, renamed.formerNames]).toEqual(['测试新名贸易有限公司', ['测试旧名贸易有限公司']]);
    expect((await ask(codeOf('sole trader'))).kind).toBe('SOLE_TRADER');
    const unknown = await ask(codeOf('unknown'));
    expect([unknown.known, unknown.penalties]).toEqual([false, { complete: true, edges: [] }]);
  });

  it('leads from a code that was merged away to the organisation that took it over, with its penalty', async () => {
    const merged = await ask(codeOf('merged'));
    const former = await ask(merged.formerCodes[0] ?? '');
    expect([former.uscc, former.matchedBy]).toEqual([merged.uscc, 'FORMER_CODE']);
    expect(former.penalties.edges).toEqual(merged.penalties.edges);
    expect(former.penalties.edges).toHaveLength(2);
  });

  it('shows a signed question what it does not show the public', async () => {
    expect((await ask(codeOf('clean'))).evaluations.edges).toHaveLength(0);
    expect((await ask(codeOf('clean'), true)).evaluations.edges).toHaveLength(1);
  });

  it('is marked as a sandbox in every answer and on its page', async () => {
    const question = { url: sandbox.facts.url, query: QUERY, sender: null, timeoutMs: 10_000 };
    const { body } = await askHub({ ...question, variables: { codes: [codeOf('clean')] } });
    expect((body as Answer).extensions.sandbox).toBe(true);
    expect(await (await fetch(`${sandbox.facts.url}/status`)).text()).toContain(
      'Sandbox: every record is made up.',
    );
  });

  it('ends at Ctrl-C with nothing left behind, and starts a second time with the same key', async () => {
    const first = await startSandboxProcess();
    const folder = join(ROOT, '.data/sandbox', `run-${first.child.pid}`);
    expect(existsSync(folder)).toBe(true);
    expect(await first.interrupt()).toBe(0);
    expect(existsSync(folder)).toBe(false);
    const second = await startSandboxProcess();
    expect(second.facts.partner).toEqual(first.facts.partner);
    expect(await second.interrupt()).toBe(0);
  });
});

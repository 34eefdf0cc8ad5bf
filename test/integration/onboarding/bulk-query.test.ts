import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { organisationCodeCheckCharacter, usccCheckCharacter } from '../../../src/domain/subject/index.ts';
import { generateSigningKey } from '../../../src/infra/signing/index.ts';
import { openMeddlingDoor, type Fate, type MeddlingDoor } from '../../support/meddling-door.ts';
import { freshDatabase } from '../../support/servers.ts';
import { startSandboxProcess, type SandboxProcess } from '../../support/sandbox.ts';

const CLI = join(import.meta.dirname, '../../../src/apps/cli/main.ts');
const PERSON = '370306194910010002';
const EACH = `query ($codes: [USCC!]!) {
  subjects(usccs: $codes) { name matchedBy penalties(first: 1) { edges { node { documentNo fineWanYuan } } } }
}`;

type Row = {
  line: number;
  code: string;
  list: string;
  records: number;
  record: { documentNo?: string; grade?: string } | null;
  complete: boolean;
  error: string | null;
  coverage: { source: string; status: string }[];
};

/** Programs are started by these tests, on a machine that may be busy. */
jest.setTimeout(120_000);

let sandbox: SandboxProcess;
let door: MeddlingDoor;
let folder: string;

beforeAll(async () => {
  sandbox = await startSandboxProcess();
  door = await openMeddlingDoor(sandbox.facts.url);
});

afterAll(async () => {
  await door.close();
  await sandbox.interrupt();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-each-'));
  writeFileSync(join(folder, 'each.graphql'), EACH);
  door.meddle(() => 'forward');
  door.seen.length = 0;
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const rowsIn = (name: string): Row[] =>
  read(name)
    .trimEnd()
    .split('\n')
    .map((it) => JSON.parse(it) as Row);

function start(words: readonly string[], more: Readonly<Record<string, string>> = {}): ChildProcess {
  const inherited = { ...process.env, NODE_OPTIONS: undefined, ...more };
  return spawn(process.execPath, [CLI, 'query', ...words], { cwd: folder, env: inherited });
}

type Ended = { exit: number | null; out: string; err: string };

async function finish(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exit, out, err };
}

/** Asks for each code of `codes.csv` by way of the door. */
const each = (out: string, more: readonly string[] = []): string[] => [
  ...['each.graphql', '--each', 'codes.csv', '--out', out, '--url', door.url],
  ...more,
];
const run = (out: string, more: readonly string[] = []): Promise<Ended> => finish(start(each(out, more)));

/** Right codes of organisations that do not exist. */
function codesFrom(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, place) => {
    const part = `QQQQ${String(first + place).padStart(4, '0')}`;
    const first17 = `91370306${part}${organisationCodeCheckCharacter(part)}`;
    return first17 + usccCheckCharacter(first17);
  });
}

const known = (state: string): string =>
  sandbox.facts.organisations.find((it) => it.state === state)?.uscc ?? '';

describe('xinqiao query --each', () => {
  it('sends nothing for a document that is not meant for many codes, nor over an output that is there', async () => {
    put('codes.csv', `${known('penalised')}\n`);
    put('each.graphql', '{ me { hub } }');
    const unfit = await run('rows.ndjson');
    expect([unfit.exit, unfit.err]).toEqual([1, expect.stringContaining('DOCUMENT_NOT_FOR_EACH')]);
    put('each.graphql', EACH);
    put('rows.ndjson', 'something of mine\n');
    const there = await run('rows.ndjson');
    expect([there.exit, there.err]).toEqual([1, expect.stringContaining('OUTPUT_EXISTS')]);
    expect(read('rows.ndjson')).toBe('something of mine\n');
    expect(door.seen).toEqual([]);
  });

  it('leaves nothing behind where the hub refuses the first question', async () => {
    put('codes.csv', `${known('penalised')}\n`);
    const { id, keyFile } = sandbox.facts.partner;
    const words = ['each.graphql', '--each', 'codes.csv', '--out', 'rows.csv', '--url', sandbox.facts.url];
    const { exit, err } = await finish(
      start([...words, '--as', id, '--key', keyFile, '--purpose', 'NOT_AGREED']),
    );
    expect([exit, err]).toEqual([1, expect.stringContaining('PURPOSE_NOT_AGREED')]);
    expect(readdirSync(folder).sort()).toEqual(['codes.csv', 'each.graphql']);
  });

  it('lists wrong codes by line before anything is sent, and never shows a number like a person’s', async () => {
    put('codes.csv', `uscc\n${known('clean')}\n${PERSON}\n91370306QQQQ7002XA\n`);
    const { exit, out, err } = await run('rows.ndjson', ['--json']);
    expect(exit).toBe(2);
    expect(err).toMatch(/line 3: NATURAL_PERSON_SUBJECT/);
    expect(err).toMatch(/line 4: BAD_USCC/);
    const summary = JSON.parse(out) as Record<string, unknown>;
    expect(summary).toMatchObject({ asked: 1, refused: 2, rows: 1, withoutRecords: 1, incomplete: 0 });
    for (const text of [out, err, read('rows.ndjson')]) expect(text).not.toContain(PERSON);
  });

  it('writes one row a record over all pages, and one for a code without records that says it is complete', async () => {
    const codes = ['penalised', 'merged', 'withdrawn', 'unknown'].map(known);
    put('codes.csv', codes.join('\n'));
    const { exit } = await run('rows.ndjson');
    expect(exit).toBe(0);
    const rows = rowsIn('rows.ndjson');
    expect(rows.map((it) => [it.code, it.records, it.record !== null, it.complete])).toEqual([
      [codes[0], 1, true, true],
      [codes[1], 2, true, true],
      [codes[1], 2, true, true],
      [codes[2], 0, false, true],
      [codes[3], 0, false, true],
    ]);
    expect(new Set(rows.map((it) => it.record?.documentNo)).size).toBe(4);
    expect(rows[3]?.coverage).toMatchObject([{ source: 'sandbox/registry', status: 'ANSWERED' }]);
    expect(existsSync(join(folder, 'rows.ndjson.checkpoint'))).toBe(false);
  });

  it('says in its row that a list was left out, and exits with 2', async () => {
    const text =
      'query ($codes: [USCC!]!) { subjects(usccs: $codes) { commendations { edges { node { id } } } } }';
    put('each.graphql', text);
    put('codes.csv', `${known('clean')}\n`);
    const { id, keyFile, purpose } = sandbox.facts.partner;
    const words = ['each.graphql', '--each', 'codes.csv', '--out', 'rows.ndjson', '--url', sandbox.facts.url];
    const signed = ['--as', id, '--key', keyFile, '--purpose', purpose];
    const { exit } = await finish(start([...words, ...signed]));
    const [row] = rowsIn('rows.ndjson');
    expect([exit, row?.record, row?.complete, row?.error]).toEqual([2, null, false, 'SCOPE_MISSING']);
  });

  it('writes CSV that a spreadsheet reads, with the same facts', async () => {
    put('codes.csv', `${known('merged')}\n${known('unknown')}\n`);
    expect((await run('rows.csv')).exit).toBe(0);
    const [head, ...lines] = read('rows.csv').trimEnd().split('\r\n');
    expect(head).toBe(
      '\uFEFFline,code,subject.uscc,subject.name,subject.matchedBy,list,records,complete,coverage,error,record.documentNo,record.fineWanYuan',
    );
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatch(/^2,91370306QQQQ70097L,.*,penalties,0,true,sandbox\/registry=ANSWERED,,,$/);
  });

  it('waits as a full quota says and then goes on', async () => {
    put('codes.csv', codesFrom(1_000, 250).join('\n'));
    const limited: Fate = { status: 429, headers: { 'retry-after': '1' }, body: '<html>slow down</html>' };
    let asked = 0;
    door.meddle(() => ((asked += 1) === 2 ? limited : 'forward'));
    const { exit, out } = await run('rows.ndjson', ['--json']);
    expect([exit, JSON.parse(out)]).toEqual([0, expect.objectContaining({ asked: 250, waitedMs: 1_000 })]);
    expect(door.seen).toHaveLength(4);
  });

  it('asks for fewer codes at once where the hub finds a question too dear', async () => {
    put('codes.csv', codesFrom(1_000, 90).join('\n'));
    const dear = { extensions: { code: 'COST_TOO_HIGH', limit: 100, actual: 300, retryable: false } };
    let asked = 0;
    door.meddle(() =>
      (asked += 1) === 1 ? { status: 400, body: JSON.stringify({ errors: [dear] }) } : 'forward',
    );
    expect((await run('rows.ndjson')).exit).toBe(0);
    expect(rowsIn('rows.ndjson')).toHaveLength(90);
    expect(door.seen).toHaveLength(4);
  });

  it('killed in the middle and started again neither repeats nor skips', async () => {
    const codes = codesFrom(2_000, 1_040);
    codes.splice(300, 0, known('merged'));
    codes.splice(900, 0, known('penalised'));
    put('codes.csv', codes.join('\n'));
    expect((await run('whole.ndjson')).exit).toBe(0);
    let asked = 0;
    const child = start(each('rows.ndjson'));
    door.meddle(() => {
      asked += 1;
      if (asked < 6) return 'forward';
      child.kill('SIGKILL');
      return 'cut';
    });
    expect((await finish(child)).exit).toBeNull();
    expect(existsSync(join(folder, 'rows.ndjson.checkpoint'))).toBe(true);
    const half = rowsIn('rows.ndjson').length;
    expect(half).toBeGreaterThan(300);
    expect(half).toBeLessThan(1_000);
    appendFileSync(join(folder, 'rows.ndjson'), '{"line":501,"code":"half a batch');
    door.meddle(() => 'forward');
    const other = await run('rows.ndjson', ['--variables', '{"day":"2026-01-01"}']);
    expect(other.err).toContain('CHECKPOINT_OF_OTHER_RUN');
    const { exit, out } = await run('rows.ndjson', ['--json']);
    expect([exit, JSON.parse(out)]).toEqual([
      0,
      expect.objectContaining({ asked: 1_042, resumed: true, rows: 1_043 }),
    ]);
    expect(read('rows.ndjson')).toBe(read('whole.ndjson'));
  });

  it('asks the local hub where no address is given, as its own operator', async () => {
    const { uri, dbName } = freshDatabase();
    const file = { apiVersion: 'xinqiao/v1', kind: 'Hub', id: 'local', level: 'DISTRICT', region: '370306' };
    put('hub.yml', JSON.stringify({ ...file, name: { zh: '测试平台', en: 'Test hub' } }));
    put('key.pem', generateSigningKey().privatePem);
    put('codes.csv', codesFrom(1_000, 2).join('\n'));
    const words = ['each.graphql', '--each', 'codes.csv', '--out', 'rows.ndjson'];
    const { exit, err } = await finish(
      start(words, {
        XINQIAO_HUB_FILE: join(folder, 'hub.yml'),
        XINQIAO_SIGNING_KEY_FILE: join(folder, 'key.pem'),
        XINQIAO_MONGODB_URI: uri,
        XINQIAO_DATABASE: dbName,
        XINQIAO_CONNECTORS_DIR: join(import.meta.dirname, '../../../connectors'),
      }),
    );
    expect([exit, err]).toEqual([0, '']);
    const rows = rowsIn('rows.ndjson');
    expect(rows.map((it) => [it.records, it.complete, it.coverage[0]?.source])).toEqual([
      [0, true, 'local/registry'],
      [0, true, 'local/registry'],
    ]);
  });

  it('teaches by --help', async () => {
    const { exit, out } = await finish(start(['--help']));
    expect(exit).toBe(0);
    for (const word of ['--each', 'subjects(usccs: $codes)', 'complete', '.checkpoint', 'Exit:']) {
      expect(out).toContain(word);
    }
  });
});

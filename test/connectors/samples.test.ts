import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { clockOf } from '../../src/infra/clock/index.ts';
import { loadConnector, readSource, type LoadedConnector } from '../../src/intake/connectors/index.ts';
import { liveSourceOf } from '../../src/intake/live/index.ts';
import { RowJudge } from '../../src/intake/validation/index.ts';
import { loadCatalogue } from '../../src/registry/catalogue/index.ts';
import type { HubFile } from '../../src/contracts/manifests/index.ts';
import { listenAnywhere, queryOf, serveCalls } from '../support/called-feed.ts';

/** Every folder below connectors/sources brings its own test: samples are read, judged and compared with expected. */
const CONNECTORS = join(import.meta.dirname, '../../connectors');
const SOURCES = join(CONNECTORS, 'sources');
/** The day on which the samples are judged. */
const TODAY = '2026-11-21';
const hub = { id: 'samples', soleTraders: 'on' } as HubFile;
const catalogue = loadCatalogue(CONNECTORS);

let folder: string;
const servers: Server[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xinqiao-samples-'));
});

afterAll(() => {
  for (const it of servers) {
    it.closeAllConnections();
    it.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

const readSample = (id: string, name: string): string =>
  readFileSync(join(SOURCES, id, 'samples', name), 'utf8');

function variableIn(text: string): string {
  const name = /\$\{env:([^}]+)\}/.exec(text)?.[1];
  if (name === undefined)
    throw new Error(`${text} names no variable: the samples cannot be put in its place`);
  return name;
}

/** Files stay files; `*.sql` becomes the database; `pages.json` is served page by page, `calls.json` call by call. */
async function placeSamples(connector: LoadedConnector): Promise<void> {
  const { source, metadata } = connector;
  if (source.type === 'file') {
    const inbox = join(folder, metadata.id);
    mkdirSync(inbox);
    symlinkSync(join(SOURCES, metadata.id, 'samples'), join(inbox, metadata.id));
    process.env[variableIn(source.folder)] = inbox;
  } else if (source.type === 'sql') {
    const path = join(folder, `${metadata.id}.sqlite`);
    const database = new DatabaseSync(path);
    const names = readdirSync(join(SOURCES, metadata.id, 'samples')).filter((it) => it.endsWith('.sql'));
    for (const name of names) database.exec(readSample(metadata.id, name));
    database.close();
    process.env[variableIn(source.dsn)] = path;
  } else {
    const server =
      source.type === 'rest' && connector.mode === 'collect'
        ? servePages(metadata.id, 'parameter' in source.paging ? source.paging.parameter : '')
        : serveCalls(JSON.parse(readSample(metadata.id, 'calls.json')) as Parameters<typeof serveCalls>[0]);
    servers.push(server);
    process.env[variableIn(source.url)] = await listenAnywhere(server);
  }
}

function servePages(id: string, parameter: string): Server {
  const pages = JSON.parse(readSample(id, 'pages.json')) as unknown[];
  return createServer((request, response) => {
    const page = Number(queryOf(request)[parameter]?.[0]);
    response.end(JSON.stringify(pages[page - 1] ?? null));
  });
}

async function judgeSamples(connector: LoadedConnector): Promise<object[]> {
  const judge = new RowJudge({ connector, catalogue, hub, run: 'samples', today: TODAY });
  const rows: object[] = [];
  const onFault = (error: unknown): never => {
    throw error as Error;
  };
  for await (const page of readSource(connector, { cursor: null, isRead: () => false, onFault })) {
    for (const raw of page.rows) {
      const verdict = judge.judge(page.columns, raw);
      const findings = verdict.findings.map((it) =>
        `${it.rule} ${it.field ?? ''} ${it.severity}`.replace('  ', ' '),
      );
      const candidate = verdict.verdict === 'candidate' ? verdict.candidate : null;
      rows.push({
        row: raw.row,
        verdict: verdict.verdict,
        findings,
        ...(candidate === null
          ? {}
          : { operation: candidate.operation, subject: candidate.subject, statement: candidate.statement }),
      });
    }
  }
  return rows;
}

async function askSamples(connector: LoadedConnector): Promise<object> {
  const live = liveSourceOf({
    connector,
    catalogue,
    hub,
    clock: clockOf(() => new Date(`${TODAY}T04:00:00Z`)),
  });
  const { codes } = JSON.parse(readSample(connector.metadata.id, 'question.json')) as { codes: string[] };
  const answer = await live.ask({ codes, signal: new AbortController().signal });
  return {
    withheld: answer.withheld,
    records: answer.records.map(({ subject, statement, validUntil }) => ({ subject, statement, validUntil })),
  };
}

describe.each(readdirSync(SOURCES))('samples of %s', (id) => {
  it('are judged as expected', async () => {
    const connector = loadConnector(join(SOURCES, id), catalogue);
    await placeSamples(connector);
    const found = connector.mode === 'live' ? await askSamples(connector) : await judgeSamples(connector);
    const file = join(SOURCES, id, 'expected', connector.mode === 'live' ? 'answer.json' : 'verdicts.json');
    expect(found).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });
});

import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import mongoose from 'mongoose';
import type { LiveSource } from '../../../src/contracts/doors/index.ts';
import { hubFileSchema, type HubFile } from '../../../src/contracts/manifests/index.ts';
import { contentHash, recordKey, type Statement } from '../../../src/domain/record/index.ts';
import { organisationCodeCheckCharacter, usccCheckCharacter } from '../../../src/domain/subject/index.ts';
import { PartnerDirectory, postSigned, type Caller } from '../../../src/exchange/partners/index.ts';
import { startApi, type Api, type ApiOptions } from '../../../src/api/gateway/index.ts';
import { clockOf } from '../../../src/infra/clock/index.ts';
import { silentLog } from '../../../src/infra/log/index.ts';
import { openDatabase, type HubDatabase } from '../../../src/infra/mongo/index.ts';
import { signerOf } from '../../../src/infra/signing/index.ts';
import { loadCatalogue } from '../../../src/registry/catalogue/index.ts';
import { acceptBatch, type Candidate } from '../../../src/registry/records/index.ts';
import { noteSubjects } from '../../../src/registry/subjects/index.ts';
import { freshDatabase } from '../../support/servers.ts';

/** The released datasets of this repository. */
export const catalogue = loadCatalogue(new URL('../../../connectors', import.meta.url).pathname);

const AUTHORITY = { name: '测试监管机关', uscc: usccOf(1, '370306', '11'), region: '370306' };

/** A made-up organisation's code: subject part `QQQQ####`. */
export function usccOf(number: number, region = '370306', head = '91'): string {
  const part = `QQQQ${String(number).padStart(4, '0')}`;
  const first17 = `${head}${region}${part}${organisationCodeCheckCharacter(part)}`;
  return first17 + usccCheckCharacter(first17);
}

type Keys = { readonly privateKey: KeyObject; readonly publicKey: string };

/** A key pair of a hub in these tests. */
export function makeKeys(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(12);
  return { privateKey, publicKey: raw.toString('base64') };
}

/** Terms of a partner as a hub file has them, with what a test changes. */
export function partnerTerms(id: string, keys: Keys, terms: Record<string, unknown> = {}): object {
  return {
    id,
    name: { zh: `测试平台 ${id}`, en: `Test platform ${id}` },
    relation: 'PEER',
    region: '440800',
    keys: [{ id: 'k1', algorithm: 'ed25519', publicKey: keys.publicKey, from: '2020-01-01T00:00:00.000Z' }],
    ...terms,
  };
}

/** A parsed hub file. */
export function hubFile(id: string, region: string, rest: Record<string, unknown> = {}): HubFile {
  return hubFileSchema.parse({
    apiVersion: 'xinqiao/v1',
    kind: 'Hub',
    id,
    name: { zh: `测试信桥 ${id}`, en: `Test hub ${id}` },
    level: 'PROVINCE',
    region,
    ...rest,
  });
}

/** A hub with its query interface on a port of its own. */
export type RunningHub = {
  readonly api: Api;
  readonly database: HubDatabase;
  readonly caller: Caller;
  readonly url: string;
  close(): Promise<void>;
};

/** A server that listens before anything is mounted, so that its address can stand in hub files. */
export async function openPort(): Promise<{ server: Server; app: express.Express; url: string }> {
  const app = express();
  app.disable('x-powered-by');
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, app, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Closes a server and its idle connections. */
export async function closePort(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** A database whose commands are counted by the driver's own monitoring. */
export async function countedDatabase(): Promise<{ database: HubDatabase; commands: string[] }> {
  const { uri, dbName } = freshDatabase();
  const connection = await mongoose.createConnection(uri, { dbName, monitorCommands: true }).asPromise();
  const commands: string[] = [];
  connection.getClient().on('commandStarted', (event) => {
    if (event.databaseName === dbName) commands.push(event.commandName);
  });
  const database = {
    connection,
    clock: clockOf(() => new Date()),
    server: { version: 'test', replicaSet: null },
    close: () => connection.close(),
  };
  return { database, commands };
}

/** Ports of rooms that these tests do not build: they answer as a hub without connectors does. */
export const emptyPorts: Pick<ApiOptions, 'operations' | 'exchange'> = {
  operations: {
    listConnectors: () => Promise.resolve([]),
    listConnectorFaults: () => Promise.resolve([]),
    listRuns: () => Promise.resolve([]),
    findRun: () => Promise.resolve(null),
    listRunChanges: () => Promise.resolve([]),
    countQuarantine: () => Promise.resolve([]),
    listQuarantine: () => Promise.resolve([]),
  },
  exchange: {
    countDeliveries: () => Promise.resolve([]),
    findHolders: () => Promise.resolve(null),
    listStatements: () => Promise.resolve([]),
  },
};

/** Starts a hub. @param place from {@link openPort} */
export async function startHub(
  place: Awaited<ReturnType<typeof openPort>>,
  facts: {
    hub: HubFile;
    keys: Keys;
    liveSources?: LiveSource[];
    database?: HubDatabase;
    more?: Partial<ApiOptions>;
  },
): Promise<RunningHub> {
  const { uri, dbName } = freshDatabase();
  const database = facts.database ?? (await openDatabase({ uri, name: dbName, production: false }));
  const caller: Caller = {
    directory: new PartnerDirectory(facts.hub),
    database,
    signer: signerOf(facts.keys.privateKey, 'k1'),
  };
  const api = await startApi({
    database,
    hub: facts.hub,
    catalogue,
    liveSources: facts.liveSources ?? [],
    caller,
    publicUrl: place.url,
    log: silentLog(),
    ...emptyPorts,
    ...facts.more,
  });
  place.app.use(api.router);
  return {
    api,
    database,
    caller,
    url: place.url,
    async close() {
      await api.close();
      await closePort(place.server);
      await database.connection.dropDatabase();
      await database.close();
    },
  };
}

function textOf(statement: Statement, field: string): string {
  const value = statement[field];
  if (typeof value !== 'string') throw new TypeError(`the statement has no text ${field}`);
  return value;
}

/** A candidate of a dataset that passed every check. */
export function candidate(
  dataset: string,
  subject: { uscc: string; name: string },
  statement: Statement,
  changes: Partial<Candidate> = {},
): Candidate {
  const declared = catalogue.datasets.find((it) => it.name === dataset)!;
  const identity = Object.fromEntries(declared.identity.map((it) => [it, textOf(statement, it)]));
  const decidedOn = textOf(statement, 'decidedOn');
  const base: Omit<Candidate, 'key'> = {
    kind: declared.recordKind,
    dataset,
    datasetVersion: declared.version,
    itemCode: declared.catalogueItem,
    subject,
    producer: AUTHORITY,
    origin: 'zhoucun',
    via: ['zhoucun'],
    receivedFrom: null,
    owner: 'connector:test',
    ownerRow: null,
    operation: 'UPSERT',
    v: null,
    statement,
    hash: contentHash(statement),
    decidedOn,
    validFrom: decidedOn,
    validUntil: textOf(statement, declared.expiresOn),
    disclosure: { class: declared.disclosure, publishable: true, reason: null },
    provenance: {
      source: 'test-connector',
      run: 'run-1',
      row: '1',
      ruleVersion: '1',
      legalBasis: { document: '测试办法', article: '第一条' },
      message: null,
    },
    acceptedAt: null,
    replaces: null,
    ...changes,
  };
  const { kind, producer } = base;
  return { ...base, key: recordKey({ kind, producer: producer.uscc, subject: subject.uscc, identity }) };
}

/** A made-up penalty decision. */
export function penalty(documentNo: string, decidedOn: string, validTo = '2030-01-01'): Statement {
  return {
    documentNo,
    violationType: '测试',
    facts: '测试事实',
    basis: '测试依据',
    categories: ['FINE'],
    content: '罚款',
    fineWanYuan: '1.500000',
    decidedOn,
    validTo,
    authorityName: AUTHORITY.name,
    authorityCode: AUTHORITY.uscc,
  };
}

/** A made-up licence. */
export function licence(documentNo: string, decidedOn: string): Statement {
  return {
    documentName: '测试许可',
    documentNo,
    category: 'ORDINARY',
    content: '测试',
    decidedOn,
    validFrom: decidedOn,
    validTo: '2099-12-31',
    authorityName: AUTHORITY.name,
    authorityCode: AUTHORITY.uscc,
    currentStatus: 'VALID',
  };
}

/** A made-up result of an evaluation made elsewhere. */
export function evaluation(period: string, decidedOn: string): Statement {
  return {
    scheme: 'TAX_CREDIT',
    period,
    grade: 'A',
    decidedOn,
    validTo: '2030-01-01',
    evaluatorName: '测试税务机关',
  };
}

/** Puts candidates and their subjects into a hub's registry. */
export async function store(database: HubDatabase, candidates: readonly Candidate[]): Promise<void> {
  for (let from = 0; from < candidates.length; from += 500) {
    const batch = candidates.slice(from, from + 500);
    await acceptBatch(database, batch);
    const seen = new Map(batch.map((it) => [it.subject.uscc, { ...it.subject, source: 'test' }]));
    await noteSubjects(database, [...seen.values()]);
  }
}

/** One record of any dataset, as far as tests look at it. */
export type NodeReply = Readonly<
  Record<'id' | 'documentNo' | 'decidedOn' | 'disclosure' | 'grade', string> &
    Record<'provenance' | 'recognition', unknown>
>;

/** One source in coverage. */
export type CoverageReply = Readonly<{
  source: string;
  region: string;
  status: string;
  withheld: number;
  rule: string | null;
}>;

/** One page of any dataset. */
export type ConnectionReply = Readonly<{
  edges: readonly Readonly<{ cursor: string; node: NodeReply }>[];
  pageInfo: Readonly<{
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string;
    endCursor: string;
  }>;
  totalCount: number | null;
  complete: boolean;
  coverage: readonly CoverageReply[];
}>;

/** One subject, as far as tests look at it. */
export type SubjectReply = Readonly<
  Record<'uscc' | 'name' | 'matchedBy', string> & { known: boolean } & Record<
      'penalties' | 'licences' | 'evaluations' | 'housingPresales',
      ConnectionReply
    >
>;

/** One error of an answer. */
export type ErrorReply = Readonly<{
  message: string;
  path?: readonly (string | number)[];
  extensions: Readonly<Record<string, unknown>>;
}>;

/** A GraphQL answer over HTTP, as far as tests look at it. */
export type Reply = {
  status: number;
  data: {
    subject: SubjectReply;
    subjects: SubjectReply[];
    me: unknown;
    __schema: { types: { name: string }[] };
  };
  errors?: ErrorReply[];
  extensions: {
    traceId: string;
    complete: boolean;
    cost: unknown;
    coverage: CoverageReply[];
  };
  /** The body as it came. */
  text: string;
};

function replyOf(status: number, text: string): Reply {
  return { ...(JSON.parse(text) as Omit<Reply, 'status' | 'text'>), status, text };
}

/** Code of the first error. */
export function codeOf(reply: Reply): unknown {
  return reply.errors?.[0]?.extensions['code'];
}

/** Asks unsigned. */
export async function ask(
  url: string,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  return replyOf(response.status, text);
}

/** Asks signed, as a partner does. */
export async function askSigned(
  caller: Caller,
  partner: string,
  question: { query: string; variables?: object; path?: string; headers?: Record<string, string> },
): Promise<Reply> {
  const answer = await postSigned(caller, caller.directory.get(partner), {
    path: question.path ?? '/graphql',
    body: JSON.stringify({ query: question.query, variables: question.variables ?? {} }),
    idempotencyKey: randomUUID(),
    timeoutMs: 10_000,
    headers: { 'xinqiao-purpose': 'BIDDING', ...question.headers },
  });
  const text = answer.body.toString('utf8');
  return replyOf(answer.status, text);
}

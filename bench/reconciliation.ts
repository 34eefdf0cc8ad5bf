import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { DEMO_HUBS, hubFileOf, type DemoHub, type HubFacts } from '../src/apps/demo/hub-files.ts';
import { findFreePort } from '../src/apps/embedded/index.ts';
import { openHub, startHub, type HubParts, type RunningHub } from '../src/apps/hub/index.ts';
import { sha256Hex } from '../src/domain/record/index.ts';
import { countDifferences, reconcile, type Reconciliation } from '../src/exchange/reconciliation/index.ts';
import { advanceCursor } from '../src/exchange/relay/index.ts';
import { parseConfig } from '../src/infra/config/index.ts';
import type { HubDatabase } from '../src/infra/mongo/index.ts';
import { generateSigningKey } from '../src/infra/signing/index.ts';
import { changeModel, type ChangeDocument } from '../src/registry/changes/index.ts';
import { recordModel, type RecordDocument } from '../src/registry/records/index.ts';

/** How many differences are made, one measurement each. */
export const DIFFERENCES = [0, 1, 100, 1_000] as const;
const BATCH = 2_000;
const CODE = '91370306QQQQ00013R';
const PRODUCER = { name: '测试监管机关', uscc: '11370306QQQQ90012L', region: '370306' };

/** One comparison of two hubs. */
export type ReconciliationFigure = {
  readonly records: number;
  readonly differences: number;
  readonly bytes: number;
  readonly roundTrips: number;
  readonly ms: number;
  /** Bytes of a list of every element: as packed bytes, and as the JSON a plain protocol would send. */
  readonly listBytes: number;
  readonly listJsonBytes: number;
};

/** What one size of set came to; `rebuildMs`: both sides read every record. */
export type ReconciliationRun = {
  readonly rebuildMs: number;
  /** False: over sets in this process. */
  readonly stores: boolean;
  readonly figures: ReconciliationFigure[];
};

type Pair = { readonly sender: HubParts; readonly receiver: RunningHub; close(): Promise<void> };

async function openPair(folder: string, mongoUri: string, name: string): Promise<Pair> {
  mkdirSync(folder, { recursive: true });
  const facts: Record<string, { url: string; publicKey: string }> = {};
  for (const hub of DEMO_HUBS) {
    const { privatePem, publicKey } = generateSigningKey();
    writeFileSync(join(folder, `${hub}.key.pem`), privatePem);
    facts[hub] = { url: `http://127.0.0.1:${await findFreePort()}`, publicKey };
  }
  const configOf = (hub: DemoHub) => {
    const file = join(folder, `${hub}.hub.yml`);
    writeFileSync(file, stringify(hubFileOf(hub, facts as HubFacts)));
    return parseConfig({
      XINQIAO_HUB_FILE: file,
      XINQIAO_MONGODB_URI: mongoUri,
      XINQIAO_DATABASE: `${name}_${hub}`,
      XINQIAO_PORT: new URL((facts as HubFacts)[hub].url).port,
      XINQIAO_PUBLIC_URL: (facts as HubFacts)[hub].url,
      XINQIAO_SIGNING_KEY_FILE: join(folder, `${hub}.key.pem`),
      XINQIAO_LOG_LEVEL: 'silent',
      XINQIAO_MODE: 'development',
    });
  };
  const receiver = await startHub(configOf('zibo'), ['exchange']);
  const sender = await openHub(configOf('zhoucun'));
  // Everything was handed out long ago: what a side lacks is lost, not under way.
  await advanceCursor(sender.database, 'relay', Number.MAX_SAFE_INTEGER);
  return {
    sender,
    receiver,
    async close() {
      await sender.close();
      await receiver.close();
    },
  };
}

function recordOf(at: number, receivedFrom: string | null): [RecordDocument, ChangeDocument] {
  const [key, hash] = [sha256Hex(`bench ${at}`), sha256Hex(`content ${at}`)];
  const head = { v: 1, hash, operation: 'UPSERT', decidedOn: '2026-06-01', validUntil: null } as const;
  const via = receivedFrom === null ? [] : [receivedFrom];
  const now = new Date('2026-06-02T00:00:00Z');
  const facts = {
    kind: 'PENALTY',
    dataset: 'administrative_penalty',
    subject: CODE,
    origin: 'zhoucun',
  } as const;
  const legalBasis = { document: '测试依据', article: '1' };
  const provenance = { source: 's', run: 'r', row: null, ruleVersion: '1', legalBasis, message: null };
  const version = {
    ...head,
    knownFrom: now,
    knownUntil: null,
    acceptedAt: now,
    validFrom: null,
    via,
    receivedFrom,
  };
  const terms = {
    datasetVersion: 1,
    disclosure: { class: 'PUBLIC', publishable: true, reason: null },
  } as const;
  const names = { itemCode: 'XZCF', subjectName: '测试一号商贸有限公司', producer: PRODUCER };
  return [
    {
      _id: key,
      ...facts,
      ...names,
      owner: 'bench',
      ownerRow: null,
      replaces: null,
      head,
      versions: [{ ...version, ...terms, provenance, statement: { documentNo: `测试〔2026〕${at}号` } }],
    },
    {
      _id: at + 1,
      key,
      v: 1,
      hash,
      operation: 'UPSERT',
      ...facts,
      receivedFrom,
      via,
      producerRegion: PRODUCER.region,
      subjectRegion: PRODUCER.region,
      disclosureClass: 'PUBLIC',
      at: now,
    },
  ];
}

/** Puts records into a store as acceptance and sequencing leave them. */
async function fill(
  database: HubDatabase,
  span: { from: number; to: number },
  receivedFrom: string | null,
): Promise<void> {
  for (let at = span.from; at < span.to; at += BATCH) {
    const count = Math.min(BATCH, span.to - at);
    const made = Array.from({ length: count }, (_, place) => recordOf(at + place, receivedFrom));
    await recordModel.in(database).insertMany(made.map(([record]) => record));
    await changeModel.in(database).insertMany(made.map(([, change]) => change));
  }
}

function check(found: Reconciliation, expected: number): void {
  const differences = countDifferences(found.differences);
  if (differences === expected && found.equal === (expected === 0)) return;
  throw new Error(
    `${expected} differences were made and ${differences} found: the figures would mean nothing`,
  );
}

/**
 * Measures reconciliation of two hubs over real stores and HTTP: bytes of bodies, round trips and time, with 0, 1, 100
 * and 1,000 differences, beside a list of every id.
 */
export async function measureReconciliation(
  place: { mongoUri: string; folder: string },
  records: number,
): Promise<ReconciliationRun> {
  const pair = await openPair(join(place.folder, `pair-${records}`), place.mongoUri, `recon_${records}`);
  const { sender, receiver } = pair;
  const partner = sender.caller.directory.get('zibo');
  const figures: ReconciliationFigure[] = [];
  let held = records;
  try {
    await fill(sender.database, { from: 0, to: held }, null);
    await fill(receiver.parts.database, { from: 0, to: held }, 'zhoucun');
    const startedAt = performance.now();
    check(await reconcile(sender.caller, partner, { rebuild: true }), 0);
    const rebuildMs = Math.round(performance.now() - startedAt);
    for (const differences of DIFFERENCES) {
      const more = { from: held, to: held + differences };
      await fill(sender.database, more, null);
      const before = performance.now();
      const found = await reconcile(sender.caller, partner);
      const ms = Math.round(performance.now() - before);
      check(found, differences);
      const element = { key: '0'.repeat(64), v: 1, hash: '0'.repeat(64) };
      figures.push({
        records: more.to,
        differences,
        ...found.traffic,
        ms,
        listBytes: more.to * 72,
        listJsonBytes: more.to * (JSON.stringify(element).length + 1),
      });
      await fill(receiver.parts.database, more, 'zhoucun');
      held = more.to;
    }
    return { rebuildMs, stores: true, figures };
  } finally {
    await pair.close();
  }
}

const cell = (value: number | string, width = 14): string => String(value).padStart(width);

/** One size as lines of the table. */
export function reconciliationLines({ rebuildMs, stores, figures }: ReconciliationRun): string {
  const lines = figures.map((it) =>
    [it.records, it.differences, it.bytes, it.roundTrips, it.ms, it.listBytes, it.listJsonBytes]
      .map((value) => cell(value))
      .join(''),
  );
  return `${lines.join('\n')}\n  ${stores ? 'over stores; both sides read anew' : 'in process, without stores; both sides summed'}: ${rebuildMs} ms\n`;
}

/** Head of the table. */
export function reconciliationHead(): string {
  const names = ['records', 'differences', 'bytes', 'round trips', 'ms', 'list, packed', 'list, JSON'];
  return `${names.map((it) => cell(it)).join('')}\n`;
}

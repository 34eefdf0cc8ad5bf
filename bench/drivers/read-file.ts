import { createReadStream, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { WorkbookReader } from '@cj-tech-master/excelts';
import { parse } from 'csv-parse';
import { SaxesParser } from 'saxes';
import { connectorSchema } from '../../src/contracts/manifests/index.ts';
import { readSource } from '../../src/intake/connectors/index.ts';
import type { Driver } from './made-files.ts';

const QUERY =
  'select * from t where :cursor.ID is null or ID > cast(:cursor.ID as integer) order by ID limit :limit';

/** Reads a file as the hub does and counts its rows. */
export async function readAsHub(path: string, driver: Driver): Promise<number> {
  const isTable = driver === 'sqlite';
  const rows = driver === 'xml' ? { rows: 'row' } : {};
  const manifest = connectorSchema.parse({
    apiVersion: 'xinqiao/v1',
    kind: 'Connector',
    metadata: {
      id: 'bench-source',
      title: { zh: '测试', en: 'test' },
      owner: { name: '测试局', uscc: '11370306QQQQ90012L', region: '370306' },
      dataset: 'housing_presale@1',
      legalBasis: { document: '测试办法', article: '第一条' },
    },
    source: isTable
      ? { type: 'sql', driver, dsn: path, query: QUERY, pageRows: 5_000 }
      : { type: 'file', folder: dirname(path), path: basename(path), format: driver, ...rows },
    sync: isTable ? { mode: 'incremental', cursor: ['ID'], key: ['ID'] } : {},
    map: { 'subject.uscc': 'DM', 'subject.name': 'MC' },
  });
  const onFault = (error: unknown): never => {
    throw error as Error;
  };
  let count = 0;
  const reading = { cursor: null, isRead: () => false, onFault };
  for await (const page of readSource({ ...manifest, directory: '.', revision: 'bench' }, reading))
    count += page.rows.length;
  return count;
}

async function count(rows: AsyncIterable<unknown>): Promise<number> {
  let found = 0;
  for await (const row of rows) if (row !== null) found += 1;
  return found;
}

async function bareXml(path: string): Promise<number> {
  const parser = new SaxesParser();
  let found = 0;
  parser.on('closetag', (tag) => {
    if (tag.name === 'row') found += 1;
  });
  for await (const chunk of createReadStream(path, 'utf8')) parser.write(chunk as string);
  parser.close();
  return found;
}

async function bareLines(path: string): Promise<number> {
  let found = 0;
  for await (const line of createInterface({ input: createReadStream(path) }))
    if (JSON.parse(line) !== null) found += 1;
  return found;
}

async function bareWorkbook(path: string): Promise<number> {
  let found = -1;
  for await (const sheet of new WorkbookReader(path, { worksheets: 'emit', sharedStrings: 'cache' }))
    found += await count(sheet);
  return found;
}

function bareTable(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const found = database.prepare('select * from t').all().length;
  database.close();
  return found;
}

/** Reads a file with the parser alone: no digest, no encoding, no limits, no pages. */
export async function readBare(path: string, driver: Driver): Promise<number> {
  switch (driver) {
    case 'csv':
    case 'tsv':
      return count(
        createReadStream(path).pipe(parse({ columns: true, delimiter: driver === 'csv' ? ',' : '\t' })),
      );
    case 'ndjson':
      return bareLines(path);
    case 'json':
      return (JSON.parse(readFileSync(path, 'utf8')) as unknown[]).length;
    case 'xml':
      return bareXml(path);
    case 'xlsx':
      return bareWorkbook(path);
    case 'sqlite':
      return bareTable(path);
  }
}

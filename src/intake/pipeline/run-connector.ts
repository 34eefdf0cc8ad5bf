import { randomUUID } from 'node:crypto';
import type { HubFile } from '../../contracts/manifests/index.ts';
import { HubError, toHubError } from '../../domain/hub-error.ts';
import { redactText } from '../../domain/subject/index.ts';
import type { Clock } from '../../infra/clock/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import { readSource, type LoadedConnector, type RawPage } from '../connectors/index.ts';
import { RowJudge } from '../validation/index.ts';
import { acceptPage, type PageWork } from './accept-page.ts';
import { RunKeys } from './run-keys.ts';
import { Tally, type RunFault, type RunFile, type RunReceipt } from './run-receipt.ts';
import { readState, storeCursor, storeReceipt } from './run-store.ts';
import { SubjectNotes } from './subject-cache.ts';

/** What a run of a connector needs. */
export type RunOptions = {
  readonly connector: LoadedConnector;
  readonly catalogue: Catalogue;
  readonly database: HubDatabase;
  readonly hub: HubFile;
  readonly clock: Clock;
  readonly log: Logger;
  /** Keys the digests of rows in quarantine. */
  readonly secret: Buffer;
  readonly onProgress?: (read: number) => void;
  readonly signal?: AbortSignal;
};

/** What a run notes of its source beside the rows. */
class SourceNotes {
  readonly files = new Map<string, { sha256: string; rows: number }>();
  readonly columns = new Set<string>();
  cursor: Readonly<Record<string, string>> | null = null;
  rows = 0;
  declared: number | null = null;

  note(page: RawPage): void {
    this.rows += page.rows.length;
    if (page.cursor !== undefined) this.cursor = page.cursor;
    if (page.declaredTotal !== undefined) this.declared = page.declaredTotal;
    for (const column of page.columns) this.columns.add(column);
    if (page.file === undefined) return;
    const known = this.files.get(page.file.name);
    this.files.set(page.file.name, { sha256: page.file.sha256, rows: (known?.rows ?? 0) + page.rows.length });
  }

  list(): RunFile[] {
    return [...this.files].map(([name, it]) => ({ name, ...it }));
  }

  /** A source that says it has more rows than it gave was read short; nothing is concluded from what is absent. */
  warnings(): RunFault[] {
    if (this.declared === null || this.declared === this.rows) return [];
    const said = `the source declares ${this.declared} rows and gave ${this.rows}`;
    const { code, message } = new HubError('SHORT_READ', 'transient', said);
    return [{ code, message }];
  }
}

/** A column that nothing knows: told once a run, by its name alone. */
function unknownColumn(column: string): RunFault {
  return { code: 'UNKNOWN_ALIAS', message: `column ${column} is not known and was not used` };
}

/** Reads the source to its end, or as far as it goes; what was accepted before a fault stays. */
async function readAll(options: RunOptions, work: PageWork, notes: SourceNotes): Promise<RunFault[]> {
  const { connector, database, signal } = options;
  const { id } = connector.metadata;
  const { cursor } = await readState(database, id);
  const faults: RunFault[] = [];
  const onFault = (error: unknown, file: string | null): void => {
    const fault = toHubError(error);
    if (fault.kind === 'defect') throw fault;
    options.log.warn({ connector: id, code: fault.code, file }, 'a source could not be read to its end');
    faults.push({ code: fault.code, message: file === null ? fault.message : `${file}: ${fault.message}` });
  };
  const aliases = work.judge.dataset.fields.flatMap((it) => it.aliases);
  const pages = readSource(connector, { cursor, isRead: () => false, onFault, signal }, aliases);
  for await (const page of pages) {
    await acceptPage(work, page);
    notes.note(page);
    if (page.cursor !== undefined) await storeCursor(database, id, page.cursor);
    options.onProgress?.(work.tally.read);
  }
  return faults;
}

/**
 * Collects from one source: reads, judges, accepts, and keeps a receipt that always adds up. A second run of the
 * same input changes nothing. A source that fails in the middle keeps what was accepted; the receipt says where it
 * ended. Absence from a source never withdraws.
 *
 * @throws CONNECTOR_IS_LIVE, RUN_DOES_NOT_ADD_UP (defect) and every code of the stores
 */
export async function runConnector(options: RunOptions): Promise<RunReceipt> {
  const { connector, database, catalogue, hub, clock, secret } = options;
  const { id: source } = connector.metadata;
  if (connector.mode === 'live') {
    throw new HubError('CONNECTOR_IS_LIVE', 'config', `${source} is asked at query time and never collected`);
  }
  const id = randomUUID();
  const startedAt = database.clock.now();
  const tally = new Tally();
  const judge = new RowJudge({ connector, catalogue, hub, run: id, today: clock.today() });
  const subjects = new SubjectNotes(database);
  const work: PageWork = { database, judge, tally, keys: new RunKeys(), subjects, secret, source, run: id };
  const cursorBefore = (await readState(database, source)).cursor;
  const notes = new SourceNotes();
  const faults = await readAll(options, work, notes);
  const columns = [...notes.columns];
  const unmappedColumns = judge
    .mapperFor(columns)
    .unknownColumns.map((it) => redactText(it).text.slice(0, 100));
  const receipt: RunReceipt = {
    id,
    connector: source,
    revision: judge.ruleVersion,
    state: faults.length === 0 ? 'DONE' : 'INTERRUPTED',
    startedAt,
    endedAt: database.clock.now(),
    ...tally.totals(),
    findingsByRule: tally.findingsByRule,
    unmappedColumns,
    warnings: [...notes.warnings(), ...unmappedColumns.map(unknownColumn)],
    faults,
    files: notes.list(),
    cursorBefore,
    cursorAfter: notes.cursor ?? cursorBefore,
  };
  await storeReceipt(database, receipt);
  return receipt;
}

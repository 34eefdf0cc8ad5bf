import { HubError } from '../../domain/hub-error.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { UNNAMED_OWNER } from '../connectors/index.ts';
import { decideGates, type GateDecision, type GateFigures } from '../gates/index.ts';
import { parseActor } from '../quarantine/index.ts';
import { forgetHashes, putHashes, putSample, removeStage } from '../stage/index.ts';
import { sha256Hex } from '../../domain/record/index.ts';
import { acceptStage } from './accept-stage.ts';
import { countMissing } from './missing-rows.ts';
import { beginReading, readToStage, type Reading } from './read-to-stage.ts';
import { partsOf } from './run-keys.ts';
import { guardUntil, withRunLease, type RunGuard } from './run-lease.ts';
import type { RunOptions, RunParts } from './run-options.ts';
import { signReceipt, Tally, type RunReceipt } from './run-receipt.ts';
import {
  readState,
  storeReceipt,
  writeState,
  type ConnectorState,
  type OpenRun,
  type StateAfter,
} from './run-store.ts';
import { columnName, unknownColumn } from './source-notes.ts';

/** Files whose digests are remembered, the latest. */
const MAX_KNOWN_FILES = 20_000;

/** A full read to its end that was the connector's second or later: absence means something. */
function isFull({ connector, onlyFiles }: RunOptions, { faults, notes }: Reading): boolean {
  const wasRead = faults.length === 0 && notes.columns.size > 0;
  return wasRead && connector.sync.mode === 'full' && onlyFiles === undefined;
}

function figuresOf(options: RunOptions, state: ConnectorState, reading: Reading): GateFigures {
  const { notes, work } = reading;
  const { tally } = work;
  const last = isFull(options, reading) ? (state.lastFull ?? null) : null;
  const missing = (of: number) => ({ count: Math.max(0, of - notes.rows), of });
  const now = [...notes.columns].map(columnName);
  const before = state.columns ?? [];
  const isKnown = now.length > 0 && before.length > 0;
  return {
    rejects: { count: tally.bad, of: tally.read - tally.ends.refused },
    changes: { count: tally.wouldChange, of: tally.met },
    againstLast: last === null ? null : missing(last.rows),
    againstDeclared: notes.declared === null || reading.faults.length > 0 ? null : missing(notes.declared),
    unknownCodes: tally.unknownCodes,
    columns: isKnown
      ? {
          came: now.filter((it) => !before.includes(it)),
          went: before.filter((it) => !now.includes(it)),
        }
      : null,
  };
}

/** The receipt as far as it stands before anything is accepted. */
async function draftOf(
  options: RunOptions,
  state: ConnectorState,
  reading: Reading,
  decision: GateDecision,
): Promise<RunReceipt> {
  const { database, hub, connector, by = 'command', dry } = options;
  const { run, startedAt, work, notes, faults, more } = reading;
  const unmappedColumns = work.judge.mapperFor([...notes.columns]).unknownColumns.map(columnName);
  const passed = faults.length === 0 ? 'DONE' : 'INTERRUPTED';
  const cursorBefore = state.cursor;
  return {
    ...{ type: 'RUN', id: run, hub: hub.id, connector: connector.metadata.id },
    revision: work.judge.ruleVersion,
    state: dry === true ? 'DRY' : decision.verdict === 'stop' ? 'STOPPED' : passed,
    ...{ by, startedAt, endedAt: database.clock.now() },
    ...work.tally.totals(),
    missing: isFull(options, reading) && state.lastFull ? await countMissing(work) : null,
    findingsByRule: work.tally.findingsByRule,
    gates: decision.gates,
    unmappedColumns,
    warnings: [...notes.warnings(), ...unmappedColumns.map(unknownColumn)],
    faults,
    files: notes.list(),
    ...{ cursorBefore, cursorAfter: notes.cursor ?? cursorBefore, more, decision: null, signature: null },
  };
}

/** What the connector's state becomes once a run is accepted. */
function afterOf(options: RunOptions, state: ConnectorState, reading: Reading): StateAfter {
  const { run, notes, work } = reading;
  const revision = work.judge.ruleVersion;
  const known = state.revision === revision ? (state.files ?? []) : [];
  const read = notes
    .list()
    .flatMap(({ name, sha256, state: how }) =>
      how === 'read' && options.connector.sync.mode === 'incremental' ? [{ name, sha256, run }] : [],
    );
  const now = new Set(read.map((it) => it.sha256));
  const columns = [...notes.columns].map(columnName);
  return {
    cursor: notes.cursor ?? state.cursor,
    columns: columns.length > 0 ? columns : (state.columns ?? []),
    lastFull: isFull(options, reading) ? { run, rows: notes.rows } : null,
    files: [...known.filter((it) => !now.has(it.sha256)), ...read].slice(-MAX_KNOWN_FILES),
    revision,
  };
}

/** Keeps what a full read met, so that what it did not meet can be listed. */
async function keepMet(database: HubDatabase, { run, work }: Reading): Promise<void> {
  await putHashes(database, run, 'keys', work.keys.parts());
  await putHashes(database, run, 'rows', partsOf([...work.badRows].map(sha256Hex)));
}

/** Accepts what is staged of a run that may be accepted, keeps its receipt and moves the connector's state. */
export async function finishRun(
  parts: Pick<RunParts, 'database' | 'secret' | 'signer'>,
  open: OpenRun & { readonly receipt: RunReceipt; readonly after: StateAfter },
  at: { readonly guard: RunGuard; readonly resumed: boolean },
): Promise<RunReceipt> {
  const { database, secret, signer } = parts;
  const { run, receipt, after } = open;
  const tally = Tally.of(receipt);
  const work = { database, secret, tally, run, source: receipt.connector, ...at };
  if (receipt.staged > 0 || at.resumed) await acceptStage(work);
  const ended = { ...receipt, ...tally.totals(), findingsByRule: tally.findingsByRule };
  const signed = signReceipt({ ...ended, endedAt: database.clock.now() }, signer);
  await storeReceipt(database, signed);
  const { lastFull, ...rest } = after;
  const before = (await readState(database, receipt.connector)).lastFull?.run;
  await writeState(database, receipt.connector, at.guard.fence, {
    ...rest,
    ...(lastFull === null ? {} : { lastFull }),
    cursor: after.cursor === null ? null : { ...after.cursor },
    open: null,
  });
  await removeStage(database, run);
  if (lastFull !== null && before !== undefined && before !== run) await forgetHashes(database, before);
  return signed;
}

/** Brings a run that was left open to its end: what may be accepted is, what was only being read is dropped. */
async function settleOpen(options: RunOptions, state: ConnectorState, guard: RunGuard): Promise<void> {
  const { database, log, connector } = options;
  const { open } = state;
  if (open === undefined || open === null) return;
  const { id } = connector.metadata;
  if (open.phase === 'stopped') {
    const advice = `look at it with "xinqiao run show ${open.run}", then release or discard it`;
    throw new HubError('RUN_WAITS', 'refused', `run ${open.run} of ${id} waits for a person: ${advice}`);
  }
  const { receipt, after } = open;
  if (open.phase === 'accepting' && receipt !== null && after !== null) {
    log.warn({ connector: id, run: open.run }, 'a run whose process ended is accepted to its end');
    await finishRun(options, { ...open, receipt, after }, { guard, resumed: true });
    return;
  }
  log.warn({ connector: id, run: open.run }, 'a run whose process ended while reading is dropped');
  await removeStage(database, open.run);
  await forgetHashes(database, open.run);
}

async function stopRun(
  options: RunOptions,
  open: OpenRun & { readonly receipt: RunReceipt },
  { fence }: RunGuard,
): Promise<RunReceipt> {
  const { database, signer, log } = options;
  const receipt = signReceipt(open.receipt, signer);
  const gates = receipt.gates.filter((it) => it.verdict === 'stop').map((it) => it.gate);
  log.warn({ connector: receipt.connector, run: open.run, gates }, 'a gate stopped a run: a person decides');
  await storeReceipt(database, receipt);
  await writeState(database, receipt.connector, fence, { open: { ...open, phase: 'stopped', receipt } });
  return receipt;
}

async function runUnder(options: RunOptions, guard: RunGuard): Promise<RunReceipt> {
  const { database, connector } = options;
  const { id } = connector.metadata;
  await settleOpen(options, await readState(database, id), guard);
  const begun = await beginReading(options);
  const { run, startedAt } = begun;
  const reading: OpenRun = { run, phase: 'reading', startedAt, receipt: null, after: null };
  await writeState(database, id, guard.fence, { open: reading });
  const state = await readState(database, id);
  const read = await readToStage(options, state, begun);
  guard.assertHeld();
  const decision = decideGates(connector.gate, figuresOf(options, state, read));
  const receipt = await draftOf(options, state, read, decision);
  const open = { run, startedAt, receipt, after: afterOf(options, state, read) };
  await putSample(database, run, read.work.sample.changes);
  if (open.after.lastFull !== null) await keepMet(database, read);
  if (decision.verdict === 'stop') return stopRun(options, { ...open, phase: 'stopped' }, guard);
  await writeState(database, id, guard.fence, { open: { ...open, phase: 'accepting' } });
  return finishRun(options, { ...open, phase: 'accepting' }, { guard, resumed: false });
}

async function runDry(options: RunOptions): Promise<RunReceipt> {
  const state = await readState(options.database, options.connector.metadata.id);
  const read = await readToStage(options, state, await beginReading(options));
  return draftOf(options, state, read, decideGates(options.connector.gate, figuresOf(options, state, read)));
}

/**
 * Collects from one source: reads all, judges, stages, lets the gates decide, then accepts, and keeps a receipt that
 * always adds up. A second run of the same input changes nothing. A run that a gate stops accepts nothing and waits for
 * a person. A source that fails in the middle gives what stood before. Absence from a source never withdraws. A run
 * of an incremental SQL source takes one window of rows; its receipt says whether there is more.
 *
 * @throws CONNECTOR_IS_LIVE, OWNER_UNNAMED, BAD_ACTOR, CONNECTOR_BUSY, RUN_WAITS, RUN_LOST, RUN_CUT, RUN_TOO_LARGE, RUN_DOES_NOT_ADD_UP (defect) and every
 *   code of the stores
 */
export async function runConnector(options: RunOptions): Promise<RunReceipt> {
  const { connector, database, dry, by } = options;
  const { id } = connector.metadata;
  if (connector.mode === 'live') {
    throw new HubError('CONNECTOR_IS_LIVE', 'config', `${id} is asked at query time and never collected`);
  }
  if (by !== undefined) parseActor(by);
  if (dry === true) return runDry(options);
  if (connector.metadata.owner.uscc === UNNAMED_OWNER.uscc) {
    const advice = 'write metadata.owner and metadata.legalBasis into its manifest';
    throw new HubError('OWNER_UNNAMED', 'config', `${id} is a draft without its department: ${advice}`);
  }
  return withRunLease(database, id, (guard) => runUnder(options, guardUntil(guard, options.signal)));
}

/** Runs a connector window by window until its source has no more, or a run does not end well. */
export async function* runToEnd(options: RunOptions): AsyncGenerator<RunReceipt> {
  for (;;) {
    const receipt = await runConnector(options);
    yield receipt;
    if (!receipt.more || receipt.state !== 'DONE') return;
  }
}

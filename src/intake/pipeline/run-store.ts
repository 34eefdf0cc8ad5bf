import { defineCollection, isDuplicateKey, type HubDatabase } from '../../infra/mongo/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { RunReceipt, RunState } from './run-receipt.ts';

type RunDocument = Omit<RunReceipt, 'id'> & { _id: string };

/** A run that is under way, or waits. */
export type OpenRun = {
  readonly run: string;
  /** `reading`: nothing accepted yet; `accepting`: the gates let it pass; `stopped`: a person decides. */
  readonly phase: 'reading' | 'accepting' | 'stopped';
  readonly startedAt: Date;
  /** What its receipt says so far, from the gates on. */
  readonly receipt: RunReceipt | null;
  /** What the connector's state becomes once it is accepted. */
  readonly after: StateAfter | null;
};

/** What reading a source to some point leaves for the next run. */
export type StateAfter = {
  readonly cursor: Readonly<Record<string, string>> | null;
  /** Columns that the source had; none where nothing was read. */
  readonly columns: readonly string[];
  /** The last full read to the end; null: this one was none. */
  readonly lastFull: { readonly run: string; readonly rows: number } | null;
  /** Digests of files read to their end by the revision that is served, the latest last. */
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly run: string }[];
  readonly revision: string;
};

/** Where a connector stands. */
export type ConnectorState = Partial<StateAfter> & {
  /** Connector id. */
  _id: string;
  cursor: Record<string, string> | null;
  /** Fence of the lease under which it was written last. */
  fence?: number;
  open?: OpenRun | null;
};

/** `runs`: one receipt a run. */
export const runModel = defineCollection<RunDocument>('runs', [{ keys: { connector: 1, startedAt: -1 } }]);
/** `connector_state`: one document a connector. */
export const connectorStateModel = defineCollection<ConnectorState>('connector_state');

/** States in which what a run read was accepted. */
const GOOD: readonly RunState[] = ['DONE', 'INTERRUPTED', 'RELEASED'];

function receiptOf({ _id, ...rest }: RunDocument): RunReceipt {
  return { id: _id, ...rest };
}

/** Keeps the receipt of a run. */
export async function storeReceipt(database: HubDatabase, receipt: RunReceipt): Promise<void> {
  const { id, ...rest } = receipt;
  await runModel.in(database).replaceOne({ _id: id }, rest, { upsert: true });
}

/** Which receipts: of one connector or of all, those behind a place in the list. */
export type RunQuery = {
  readonly connector: string | null;
  readonly limit: number;
  readonly after?: { readonly startedAt: Date; readonly id: string } | null;
};

/** Receipts, newest first. */
export async function listRuns(database: HubDatabase, query: RunQuery): Promise<RunReceipt[]> {
  const { connector, limit, after = null } = query;
  const behind =
    after === null
      ? {}
      : {
          $or: [
            { startedAt: { $lt: after.startedAt } },
            { startedAt: after.startedAt, _id: { $lt: after.id } },
          ],
        };
  const found = await runModel
    .in(database)
    .find({ ...(connector === null ? {} : { connector }), ...behind })
    .sort({ startedAt: -1, _id: -1 })
    .limit(limit)
    .toArray();
  return found.map(receiptOf);
}

/** The receipt of a run, or null. */
export async function findRun(database: HubDatabase, id: string): Promise<RunReceipt | null> {
  const found = await runModel.in(database).findOne({ _id: id });
  return found === null ? null : receiptOf(found);
}

/** The receipt of a run. @throws UNKNOWN_RUN */
export async function getRun(database: HubDatabase, id: string): Promise<RunReceipt> {
  const found = await findRun(database, id);
  if (found !== null) return found;
  throw new HubError('UNKNOWN_RUN', 'refused', `there is no run ${id}: xinqiao run list names them`);
}

/** The newest receipt of a connector of which something could be accepted, or null. */
export async function findLastRun(database: HubDatabase, connector: string): Promise<RunReceipt | null> {
  const [found] = await runModel
    .in(database)
    .find({ connector, state: { $in: [...GOOD] } })
    .sort({ startedAt: -1 })
    .limit(1)
    .toArray();
  return found === undefined ? null : receiptOf(found);
}

/** Where a connector stands; null cursor at the beginning. */
export async function readState(database: HubDatabase, connector: string): Promise<ConnectorState> {
  return (
    (await connectorStateModel.in(database).findOne({ _id: connector })) ?? { _id: connector, cursor: null }
  );
}

/**
 * Writes where a connector stands, unless the holder of a later lease has written it.
 *
 * @throws RUN_LOST (transient) when it has
 */
export async function writeState(
  database: HubDatabase,
  connector: string,
  fence: number,
  change: Partial<Omit<ConnectorState, '_id' | 'fence'>>,
): Promise<void> {
  const states = connectorStateModel.in(database);
  const mine = { _id: connector, $or: [{ fence: { $exists: false } }, { fence: { $lte: fence } }] };
  const { matchedCount } = await states.updateOne(mine, { $set: { ...change, fence } });
  if (matchedCount === 1) return;
  try {
    await states.insertOne({ _id: connector, cursor: null, ...change, fence });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new HubError('RUN_LOST', 'transient', `another process has taken over the runs of ${connector}`);
  }
}

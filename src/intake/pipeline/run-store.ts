import { defineCollection, type HubDatabase } from '../../infra/mongo/index.ts';
import type { RunReceipt } from './run-receipt.ts';

type RunDocument = Omit<RunReceipt, 'id'> & { _id: string };

/** Where a connector stands: its cursor, and the digests of files read to their end. */
export type ConnectorState = {
  /** Connector id. */
  _id: string;
  cursor: Record<string, string> | null;
};

/** `runs`: one receipt a run. */
export const runModel = defineCollection<RunDocument>('runs', [{ keys: { connector: 1, startedAt: -1 } }]);
/** `connector_state`: one document a connector. */
export const connectorStateModel = defineCollection<ConnectorState>('connector_state');

/** Keeps the receipt of a run. */
export async function storeReceipt(database: HubDatabase, receipt: RunReceipt): Promise<void> {
  const { id, ...rest } = receipt;
  await runModel.in(database).replaceOne({ _id: id }, rest, { upsert: true });
}

/** Receipts of a connector, newest first. */
export async function listRuns(
  database: HubDatabase,
  connector: string,
  limit: number,
): Promise<RunReceipt[]> {
  const found = await runModel
    .in(database)
    .find({ connector })
    .sort({ startedAt: -1 })
    .limit(limit)
    .toArray();
  return found.map(({ _id, ...rest }) => ({ id: _id, ...rest }));
}

/** The newest receipt of a connector, or null. */
export async function findLastRun(database: HubDatabase, connector: string): Promise<RunReceipt | null> {
  return (await listRuns(database, connector, 1))[0] ?? null;
}

/** Where a connector stands; null cursor at the beginning. */
export async function readState(database: HubDatabase, connector: string): Promise<ConnectorState> {
  return (
    (await connectorStateModel.in(database).findOne({ _id: connector })) ?? { _id: connector, cursor: null }
  );
}

/** Notes where a connector stands, after the rows before it were accepted. */
export async function storeCursor(
  database: HubDatabase,
  connector: string,
  cursor: Readonly<Record<string, string>>,
): Promise<void> {
  await connectorStateModel
    .in(database)
    .updateOne({ _id: connector }, { $set: { cursor: { ...cursor } } }, { upsert: true });
}

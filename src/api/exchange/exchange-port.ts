import type { ReconciliationStatement } from '../../contracts/messages/index.ts';
import type { HolderView, RecordHolders } from '../../exchange/holders/index.ts';

/** A statement of reconciliation as the store keeps it. */
export type StatementView = {
  readonly id: string;
  readonly at: Date;
  readonly equal: boolean;
  readonly statement: ReconciliationStatement;
};

/** How a holder stands. */
export type HolderStateView = 'CONFIRMED' | 'UNKNOWN' | 'WITHDRAWN' | 'REFUSED';

/** One holder of a record, its state in the words of the schema. */
export type HolderFacts = Omit<HolderView, 'state'> & { readonly state: HolderStateView };

/** Who holds a record. */
export type RecordHoldersView = Omit<RecordHolders, 'holders'> & { readonly holders: readonly HolderFacts[] };

/** What the exchange subgraph asks of the room that delivers; `apps` fills it. */
export type ExchangePort = {
  /** Deliveries by partner and state. */
  countDeliveries(): Promise<readonly { partner: string; state: string; count: number }[]>;

  /** Who holds a record; null where it is not known. */
  findHolders(key: string): Promise<RecordHoldersView | null>;
  /** Complete statements of reconciliation with a partner, the newest first. */
  listStatements(partner: string, limit: number): Promise<readonly StatementView[]>;
};

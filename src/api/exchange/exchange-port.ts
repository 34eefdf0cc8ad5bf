import type { ReconciliationStatement } from '../../contracts/messages/index.ts';

/** A statement of reconciliation as the store keeps it. */
export type StatementView = {
  readonly id: string;
  readonly at: Date;
  readonly equal: boolean;
  readonly statement: ReconciliationStatement;
};

/** How a holder stands. */
export type HolderStateView = 'CONFIRMED' | 'UNKNOWN' | 'WITHDRAWN' | 'REFUSED';

/** One holder of a record. Instants in ISO 8601, UTC. */
export type HolderFacts = {
  readonly hub: string;
  readonly reportedBy: readonly string[];
  readonly attestedBy: string | null;
  readonly v: number | null;
  readonly hashMatches: boolean | null;
  readonly since: string | null;
  readonly state: HolderStateView;
  readonly rule: string | null;
  readonly current: boolean;
  readonly overdue: boolean;
  readonly waitingSince: string | null;
};

/** Who holds a record. */
export type RecordHoldersView = {
  readonly key: string;
  readonly origin: string;
  readonly v: number;
  readonly withdrawn: boolean;
  readonly holders: readonly HolderFacts[];
};

/** What the exchange subgraph asks of the room that delivers; `apps` fills it. */
export type ExchangePort = {
  /** Deliveries by partner and state. */
  countDeliveries(): Promise<readonly { partner: string; state: string; count: number }[]>;

  /** Who holds a record; null where it is not known. */
  findHolders(key: string): Promise<RecordHoldersView | null>;
  /** Complete statements of reconciliation with a partner, the newest first. */
  listStatements(partner: string, limit: number): Promise<readonly StatementView[]>;
};

import type { ReconciliationStatement } from '../../contracts/messages/index.ts';

/** A statement of reconciliation as the store keeps it. */
export type StatementView = {
  readonly id: string;
  readonly at: Date;
  readonly equal: boolean;
  readonly statement: ReconciliationStatement;
};

/** What the exchange subgraph asks of the room that delivers; `apps` fills it. */
export type ExchangePort = {
  /** Deliveries by partner and state. */
  countDeliveries(): Promise<readonly { partner: string; state: string; count: number }[]>;
  /** Complete statements of reconciliation with a partner, the newest first. */
  listStatements(partner: string, limit: number): Promise<readonly StatementView[]>;
};

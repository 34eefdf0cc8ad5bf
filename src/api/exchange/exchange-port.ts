/** What the exchange subgraph asks of the room that delivers; `apps` fills it. */
export type ExchangePort = {
  /** Deliveries by partner and state. */
  countDeliveries(): Promise<readonly { partner: string; state: string; count: number }[]>;
};

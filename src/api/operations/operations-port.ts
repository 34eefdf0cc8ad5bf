import type { Finding } from '../../domain/finding.ts';

/** A connector as operators see it. */
export type ConnectorSummary = {
  readonly id: string;
  readonly title: { readonly zh: string; readonly en: string };
  /** Dataset name without version. */
  readonly dataset: string;
  readonly mode: 'collect' | 'live';
  readonly region: string;
  readonly lastRunAt: Date | null;
  /** Age from which on its data count as stale, in seconds; null: its manifest promises nothing. */
  readonly staleAfterSeconds: number | null;
  /** Changes with the manifest's text. */
  readonly revision: string;
};

/** What is wrong with a connector while the hub runs. */
export type ConnectorFault = {
  /** Null: what all connectors share. */
  readonly connector: string | null;
  readonly code: string;
  readonly message: string;
  readonly since: Date;
  /** Revision that goes on in its place; null: none. */
  readonly servedRevision: string | null;
};

/** One run of a connector: read = accepted + unchanged + quarantined + refused (+ staged while it waits). */
export type RunSummary = {
  readonly id: string;
  readonly connector: string;
  readonly state: string;
  readonly revision: string;
  readonly by: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly read: number;
  readonly accepted: number;
  readonly unchanged: number;
  readonly quarantined: number;
  readonly refused: number;
  readonly staged: number;
  readonly created: number;
  readonly corrected: number;
  readonly withdrawn: number;
  readonly missing: number | null;
  readonly findingsByRule: Readonly<Record<string, number>>;
  readonly gates: readonly {
    readonly gate: string;
    readonly verdict: string;
    readonly count: number;
    readonly of: number;
    readonly warn: number | null;
    readonly stop: number | null;
    readonly about: readonly string[];
  }[];
  readonly files: readonly {
    readonly name: string;
    readonly sha256: string;
    readonly sm3: string | null;
    readonly rows: number;
    readonly state: string;
    readonly readBy: string | null;
  }[];
  readonly decision: {
    readonly word: string;
    readonly by: string;
    readonly reason: string;
    readonly at: Date;
  } | null;
};

/** A record that a waiting run would change; no field about a person is in it. */
export type RunChangeSummary = {
  readonly key: string;
  readonly row: string;
  readonly outcome: string;
  readonly fields: readonly { readonly field: string; readonly before: string; readonly after: string }[];
};

/** A place in the list of runs. */
export type RunPlace = { readonly startedAt: Date; readonly id: string };
/** A row that waits for its department, redacted, with all its findings. */
export type WaitingRow = {
  readonly id: string;
  readonly connector: string;
  readonly row: string;
  readonly file: string | null;
  readonly state: 'OPEN' | 'OVERRIDE_REQUESTED' | 'OVERRIDE_REFUSED';
  readonly dueOn: string | null;
  readonly overdue: boolean;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly findings: readonly Finding[];
  readonly cells: readonly { readonly column: string; readonly value: string }[];
};

/** Which waiting rows are listed, in the order of their ids; null: all. */
export type WaitingQuery = {
  readonly connector: string | null;
  readonly rule: string | null;
  readonly overdue: boolean;
  /** Rows after the one with this id. */
  readonly after: string | null;
  readonly limit: number;
};

/** What the operations subgraph asks of the room that takes rows in; `apps` fills it. */
export type OperationsPort = {
  listConnectors(): Promise<readonly ConnectorSummary[]>;
  /** Connectors with a fault, and what goes on in their place. */
  listConnectorFaults(): Promise<readonly ConnectorFault[]>;
  /** Runs of one connector, or of all, newest first, those behind a place. */
  listRuns(query: {
    connector: string | null;
    limit: number;
    after: RunPlace | null;
  }): Promise<readonly RunSummary[]>;
  /** One run, or null. */
  findRun(id: string): Promise<RunSummary | null>;
  /** What a waiting run would change, as far as it was sampled. */
  listRunChanges(id: string): Promise<readonly RunChangeSummary[]>;
  /** Rows in quarantine by connector and rule. */
  countQuarantine(): Promise<readonly { connector: string; rule: string; count: number }[]>;
  /** Rows in quarantine, page by page. */
  listQuarantine(query: WaitingQuery): Promise<readonly WaitingRow[]>;
};

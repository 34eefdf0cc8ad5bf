import type { HubFile } from '../../contracts/manifests/index.ts';
import type { Clock } from '../../infra/clock/index.ts';
import type { Logger } from '../../infra/log/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { Signer } from '../../infra/signing/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { LoadedConnector } from '../connectors/index.ts';
import type { QuarantineEntry } from '../quarantine/index.ts';

/** What runs of a hub need, whatever the connector. */
export type RunParts = {
  readonly catalogue: Catalogue;
  readonly database: HubDatabase;
  readonly hub: Pick<HubFile, 'id' | 'soleTraders'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Keys the digests of rows in quarantine. */
  readonly secret: Buffer;
  /** Signs receipts; without it they are unsigned. */
  readonly signer?: Signer | undefined;
};

/** What a run of a connector needs. */
export type RunOptions = RunParts & {
  readonly connector: LoadedConnector;
  /** Who or what starts it; `command` where nobody says. */
  readonly by?: string | undefined;
  /** Reads, judges and counts, and writes nothing. */
  readonly dry?: boolean | undefined;
  /** Reads files again that were read to their end before. */
  readonly again?: boolean | undefined;
  /** Reads only the files of these digests, SHA-256. */
  readonly onlyFiles?: ReadonlySet<string> | undefined;
  /** Rows that one run of an incremental source takes at most, where it is not the usual number. */
  readonly windowRows?: number | undefined;
  readonly onProgress?: ((read: number) => void) | undefined;
  /** Told of each bad row, redacted. */
  readonly onBad?: ((entry: QuarantineEntry) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

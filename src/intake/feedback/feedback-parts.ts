import type { HubFile } from '../../contracts/manifests/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import type { LoadedConnector } from '../connectors/index.ts';
import { RowJudge, subjectFinder } from '../validation/index.ts';
import type { RowOwner } from './row-key.ts';

/** What giving rows back to a department, and taking them again, needs. */
export type FeedbackParts = {
  readonly connector: LoadedConnector;
  readonly catalogue: Catalogue;
  readonly database: HubDatabase;
  readonly hub: Pick<HubFile, 'id' | 'soleTraders'>;
  /** Keys the digests of rows in quarantine, and the keys of rows in workbooks. */
  readonly secret: Buffer;
};

/** Whose rows these are. */
export function ownerOf({ connector: { metadata } }: FeedbackParts): RowOwner {
  return { source: metadata.id, dataset: metadata.dataset };
}

/** The judge of a connector's rows. @param overridden rules that two persons set aside */
export function judgeOf(parts: FeedbackParts, run: string, overridden?: ReadonlySet<string>): RowJudge {
  const { connector, catalogue, hub, database } = parts;
  const today = database.clock.today();
  const rest = overridden === undefined ? {} : { overridden };
  const findSubjects = subjectFinder(database);
  return new RowJudge({ connector, catalogue, hub, run, today, findSubjects, ...rest });
}

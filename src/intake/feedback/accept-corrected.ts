import type { HubDatabase } from '../../infra/mongo/index.ts';
import { acceptBatch, type AcceptOutcome, type Candidate } from '../../registry/records/index.ts';
import { noteSubjects } from '../../registry/subjects/index.ts';
import { projectCandidates } from '../pipeline/index.ts';

/** Accepts corrected rows as a run accepts sound ones: the registry first, then their subjects. */
export async function acceptCorrected(
  database: HubDatabase,
  source: string,
  candidates: readonly Candidate[],
): Promise<AcceptOutcome[]> {
  if (candidates.length === 0) return [];
  const outcomes = await acceptBatch(database, candidates);
  const taken = candidates.filter((_, place) => {
    const outcome = outcomes[place]?.outcome;
    return outcome !== 'person-found-before' && outcome !== 'key-of-other-source';
  });
  await noteSubjects(
    database,
    taken.map(({ subject }) => ({ ...subject, source })),
  );
  await projectCandidates(database, candidates, source);
  return outcomes;
}

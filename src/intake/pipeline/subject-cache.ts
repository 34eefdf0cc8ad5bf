import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { Candidate } from '../../registry/records/index.ts';
import { noteSubjects, type SubjectSeen } from '../../registry/subjects/index.ts';

const MAX_KNOWN = 50_000;

/** Notes subjects of accepted candidates, each code and name once a run as far as memory allows. */
export class SubjectNotes {
  readonly #database: HubDatabase;
  readonly #known = new Set<string>();

  constructor(database: HubDatabase) {
    this.#database = database;
  }

  /** Makes sure that the registry knows the subjects of these candidates. */
  async note(candidates: readonly Candidate[], source: string): Promise<void> {
    const fresh = new Map<string, SubjectSeen>();
    for (const { subject } of candidates) {
      const id = [subject.uscc, subject.name, subject.formerName, subject.formerUscc].join('|');
      if (!this.#known.has(id)) fresh.set(id, { ...subject, source });
    }
    await noteSubjects(this.#database, [...fresh.values()]);
    if (this.#known.size + fresh.size > MAX_KNOWN) this.#known.clear();
    for (const id of fresh.keys()) this.#known.add(id);
  }
}

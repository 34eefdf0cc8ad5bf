import type { HubDatabase } from '../../infra/mongo/index.ts';
import type { Candidate } from '../../registry/records/index.ts';
import { projectRegister } from '../../registry/register/index.ts';
import { noteSubjects, type SubjectSeen } from '../../registry/subjects/index.ts';

const MAX_KNOWN = 50_000;

/** What rows say of their subjects, each code and name once as far as memory allows. */
export class SubjectsMet {
  readonly #known = new Set<string>();

  /** Whether these facts are met for the first time. */
  isNew({ subject }: Pick<Candidate, 'subject'>): boolean {
    const id = [subject.uscc, subject.name, subject.formerName, subject.formerUscc].join('|');
    if (this.#known.has(id)) return false;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.add(id);
    return true;
  }
}

/** Notes subjects of accepted candidates, each code and name once a run as far as memory allows. */
export class SubjectNotes {
  readonly #database: HubDatabase;
  readonly #met = new SubjectsMet();

  constructor(database: HubDatabase) {
    this.#database = database;
  }

  /** Makes sure that the registry knows these subjects. */
  async note(about: readonly Pick<Candidate, 'subject'>[], source: string): Promise<void> {
    const fresh = about
      .filter((it) => this.#met.isNew(it))
      .map(({ subject }): SubjectSeen => ({ ...subject, source }));
    await noteSubjects(this.#database, fresh);
  }
}

/** Brings subjects to what accepted entries of a subject register say of them. @param source connector or hub */
export async function projectCandidates(
  database: HubDatabase,
  accepted: readonly Pick<Candidate, 'kind' | 'key'>[],
  source: string,
): Promise<void> {
  const entries = accepted.filter((it) => it.kind === 'REGISTRATION');
  await projectRegister(
    database,
    entries.map((it) => it.key),
    source,
  );
}

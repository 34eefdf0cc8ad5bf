import type { Dataset } from '../../contracts/manifests/index.ts';
import { redactText } from '../../domain/subject/index.ts';
import { newestVersion, type Candidate, type RecordDocument } from '../../registry/records/index.ts';
import type { StagedChange } from '../stage/index.ts';

/** Changes that a person sees of a run that waits. */
const MAX_CHANGES = 20;
const MAX_SHOWN = 200;

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  const { text } = redactText(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** The first records that a run would change: key, row, and of each field that differs the old and the new value. */
export class RunSample {
  readonly changes: StagedChange[] = [];
  readonly #fields: readonly string[];

  /** @param dataset fields about persons are left out */
  constructor(dataset: Dataset) {
    this.#fields = dataset.fields.filter((it) => it.personField === undefined).map((it) => it.name);
  }

  /** Notes what a candidate would do to a record that is held. */
  note(candidate: Candidate, held: RecordDocument | undefined, outcome: 'corrected' | 'withdrawn'): void {
    if (held === undefined || this.changes.length >= MAX_CHANGES) return;
    const before = newestVersion(held).statement;
    const fields = this.#fields.flatMap((field) => {
      const [was, is] = [shown(before[field]), shown(candidate.statement[field])];
      return was === is || outcome === 'withdrawn' ? [] : [{ field, before: was, after: is }];
    });
    this.changes.push({ key: held._id, row: candidate.provenance.row ?? '', outcome, fields });
  }
}

import { toHubError } from '../../domain/hub-error.ts';
import type { Finding } from '../../domain/finding.ts';
import type { JsonValue } from '../../domain/record/index.ts';
import { systemClock } from '../../infra/clock/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import { loadConnector, readSource } from '../connectors/index.ts';
import { redactRow, RowJudge } from '../validation/index.ts';

/** Rules that ask the registry or the other rows of a run, and of which a preview therefore says nothing. */
export const NOT_CHECKED = [
  'SUBJECT_MISMATCH',
  'SUBJECT_NOT_ACTIVE',
  'SUBJECT_MERGED',
  'CODE_CONVERTED',
  'CODE_CONFLICT',
  'KEY_OF_OTHER_SOURCE',
  'PERSON_FOUND_BEFORE',
  'DUPLICATE_IN_RUN',
] as const;

/** One row of a preview. A refused row shows nothing but the rule. */
export type PreviewRow = {
  readonly row: string;
  /** The row as it may be shown: names masked, numbers of persons gone, unmapped columns hidden. */
  readonly raw: Readonly<Record<string, string>> | null;
  readonly mapped: Readonly<Record<string, JsonValue>> | null;
  readonly verdict: 'accepted' | 'quarantined' | 'refused';
  readonly findings: readonly Finding[];
  /** Rules that were not asked: {@link NOT_CHECKED}; empty where the row is refused whatever they say. */
  readonly notChecked: readonly string[];
};

/**
 * Shows what would become of the first rows of a source. Needs neither store nor network beyond the source, and
 * writes nothing; what only the registry can tell is not checked, and each row says so.
 *
 * @param folder folder that holds `connector.yml`
 * @throws BAD_FILE and the codes of the source's reader
 */
export async function* previewConnector(
  folder: string,
  options: { readonly catalogue: Catalogue; readonly limit: number },
): AsyncGenerator<PreviewRow> {
  const { catalogue } = options;
  const connector = loadConnector(folder, catalogue);
  const hub = { id: 'preview', soleTraders: 'on' } as const;
  const judge = new RowJudge({ connector, catalogue, hub, run: 'preview', today: systemClock.today() });
  let left = options.limit;
  const aliases = judge.dataset.fields.flatMap((it) => it.aliases);
  const onFault = (error: unknown): never => {
    throw toHubError(error);
  };
  const reading = { cursor: null, isRead: () => false, onFault };
  for await (const { columns, rows } of readSource(connector, reading, aliases)) {
    if (left <= 0) return;
    const mapped = judge.mappedColumns(columns);
    const shownRows = rows.slice(0, left);
    left -= shownRows.length;
    for (const [place, verdict] of (await judge.judgeRows(columns, shownRows)).entries()) {
      const raw = shownRows[place];
      if (raw === undefined) continue;
      const { findings } = verdict;
      if (verdict.verdict === 'refused') {
        yield { row: raw.row, raw: null, mapped: null, verdict: 'refused', findings, notChecked: [] };
        continue;
      }
      const shown = redactRow({ columns, cells: raw.cells }, mapped);
      if (verdict.verdict === 'quarantined') {
        const asIs = { row: raw.row, raw: shown, mapped: null, findings, notChecked: NOT_CHECKED };
        yield { ...asIs, verdict: 'quarantined' };
        continue;
      }
      const { subject, statement } = verdict.candidate;
      yield {
        row: raw.row,
        raw: shown,
        mapped: { subject: { ...subject }, ...statement },
        verdict: 'accepted',
        findings,
        notChecked: NOT_CHECKED,
      };
    }
  }
}

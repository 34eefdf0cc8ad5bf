import { decideRecognition, type Agreement } from '../../domain/recognition/index.ts';
import type { Dataset } from '../../contracts/manifests/index.ts';
import type { Agreements } from '../../registry/recognition/index.ts';
import {
  isRecognisable,
  type Recognise,
  type RecognitionView,
  type SourceRecord,
} from '../datasets/index.ts';
import type { ApiContext } from '../shared/index.ts';

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Scheme and grade of a result: as its statement names them, else its dataset and level. */
function resultOf(record: SourceRecord, dataset: Dataset): { scheme: string; grade: string } {
  const { scheme, grade, level } = record.statement;
  return {
    scheme: textOf(scheme) ?? dataset.name,
    grade: textOf(grade) ?? textOf(level) ?? '',
  };
}

/** The agreement that binds asker and origin: one that fits the result, else any, so that the refusal can say why. */
function agreementBetween(
  agreements: Agreements,
  terms: Parameters<Agreements['findFor']>[0],
): Agreement | null {
  const bound = (it: Agreement) => it.parties.includes(terms.asker) && it.parties.includes(terms.origin);
  return agreements.findFor(terms) ?? agreements.list().find(bound) ?? null;
}

/**
 * How results of a dataset are decided on for an asker; null where its records are no results. A result that this hub
 * carries from below counts as this hub's where its origin has no agreement of its own.
 */
export function recogniserOf(dataset: Dataset, facts: { agreements: Agreements; hub: string }): Recognise {
  if (!isRecognisable(dataset)) return null;
  const { agreements, hub } = facts;
  return (record: SourceRecord, context: ApiContext): RecognitionView | null => {
    const { asker, today } = context;
    if (asker.channel !== 'PARTNER' || asker.hub === null) return null;
    const terms = { asker: asker.hub, kind: dataset.recordKind, on: today };
    const { origin } = record.provenance;
    const own = agreementBetween(agreements, { ...terms, origin });
    const agreement = own ?? agreementBetween(agreements, { ...terms, origin: hub });
    return decideRecognition(
      {
        agreement,
        asker: asker.hub,
        origin: own === null ? hub : origin,
        kind: dataset.recordKind,
        purpose: asker.purpose ?? '',
        ...resultOf(record, dataset),
        validTo: record.validUntil ?? '',
        originState: 'CURRENT',
      },
      today,
    );
  };
}

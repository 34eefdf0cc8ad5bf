import { decideDisclosure, isFieldShown, type DisclosureClass } from '../../domain/disclosure/index.ts';
import type { Dataset } from '../../contracts/manifests/index.ts';
import type { DisclosureTerms } from '../../registry/records/index.ts';
import { audienceOf, hasScope, scopeOf, type ApiContext } from '../shared/index.ts';

/** What disclosure reads of a record: the terms of its newest version and the days of its statement. */
export type Disclosable = {
  readonly disclosure: DisclosureTerms;
  readonly decidedOn: string;
  readonly validUntil: string | null;
  readonly producer: { readonly region: string };
};

/** Why an asker may not have a dataset at all; null: it may ask, and each record is decided by itself. */
export type DatasetDenial = 'SCOPE_MISSING' | 'DISCLOSURE' | null;

/** Whether policy lets an asker ask for a dataset. It looks at no record, so that a denial tells of none. */
export function decideDatasetAccess(
  dataset: Pick<Dataset, 'recordKind' | 'disclosure'>,
  context: Pick<ApiContext, 'asker'>,
): DatasetDenial {
  const { asker } = context;
  if (asker.channel === 'PUBLIC') return dataset.disclosure === 'PUBLIC' ? null : 'DISCLOSURE';
  return hasScope(asker, scopeOf(dataset.recordKind)) ? null : 'SCOPE_MISSING';
}

/**
 * The one place where the query interface decides whether a record is shown. It is asked about the newest version
 * and about today, whatever day or instant the question names.
 */
export function mayShow(record: Disclosable, context: Pick<ApiContext, 'asker' | 'today'>): boolean {
  return decideDisclosure(
    {
      disclosureClass: record.disclosure.class,
      publishable: record.disclosure.publishable,
      state: 'CURRENT',
      expiresOn: record.validUntil,
      decidedOn: record.decidedOn,
    },
    audienceOf(context.asker, record.producer.region),
    context.today,
  ).shown;
}

/** A record's statement as the asker may see it: without the fields of a class that is not his. */
export function shownStatement(
  record: Pick<Disclosable, 'producer'> & { readonly statement: Readonly<Record<string, unknown>> },
  closed: readonly ClosedField[],
  context: Pick<ApiContext, 'asker'>,
): Readonly<Record<string, unknown>> {
  if (closed.length === 0) return record.statement;
  const audience = audienceOf(context.asker, record.producer.region);
  const hidden = closed.filter((it) => !isFieldShown(it.disclosure, audience));
  return { ...record.statement, ...Object.fromEntries(hidden.map((it) => [it.name, null])) };
}

/** A field with a class of its own. */
export type ClosedField = { readonly name: string; readonly disclosure: DisclosureClass };

/** The fields of a dataset that have a class of their own. */
export function closedFieldsOf(dataset: Pick<Dataset, 'fields'>): ClosedField[] {
  return dataset.fields.flatMap(({ name, disclosure }) =>
    disclosure === undefined ? [] : [{ name, disclosure }],
  );
}

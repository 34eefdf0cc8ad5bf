import { decideDisclosure } from '../../domain/disclosure/index.ts';
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

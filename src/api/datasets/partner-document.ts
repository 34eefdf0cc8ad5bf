import type { Dataset } from '../../contracts/manifests/index.ts';
import { ownFieldsOf } from './dataset-sdl.ts';

/** Version of the documents that hubs ask each other; a hub refuses one it does not know. */
export const PARTNER_DOCUMENT_VERSION = '1';

/**
 * The document that asks a partner hub for one dataset of many subjects. It names only what a record of this dataset
 * has at every hub, so that a change of the partner's schema beyond it breaks nothing.
 */
export function partnerDocument(dataset: Dataset): string {
  const own = ownFieldsOf(dataset)
    .map((it) => it.name)
    .join(' ');
  return `query XinqiaoDataset($usccs: [USCC!]!, $first: Int, $after: String, $last: Int, $before: String, $regions: [String!], $validOn: Date) {
  subjects(usccs: $usccs) {
    uscc
    records: ${dataset.graphql.field}(first: $first, after: $after, last: $last, before: $before, regions: $regions, validOn: $validOn) {
      edges { node {
        id version producer { name uscc region } disclosure decidedOn validFrom validUntil
        legalBasis { document article }
        provenance { source origin via run acceptedAt knownFrom hash ruleVersion }
        ${own}
      } }
      pageInfo { hasNextPage hasPreviousPage }
      coverage { source region dataset status dataAt staleBySeconds withheld rule }
    }
  }
}`;
}

import type { Agreement } from '../../domain/recognition/index.ts';
import type { Agreements } from '../../registry/recognition/index.ts';
import {
  makeSubgraph,
  readSchemaFile,
  subgraphDocument,
  type ApiContext,
  type Subgraph,
} from '../shared/index.ts';
import type { Resolvers } from './generated/schema-types.ts';

/** What an asker may see: this hub all, a partner those it is a party of, the public none. */
function visibleTo(agreements: Agreements, { asker }: ApiContext): readonly Agreement[] {
  if (asker.channel === 'OWN') return agreements.list();
  if (asker.channel === 'PUBLIC') return [];
  return agreements.list().filter((it) => it.parties.includes(asker.hub ?? ''));
}

function resolversOf(agreements: Agreements): Resolvers {
  return {
    Query: { agreements: (_, __, context) => visibleTo(agreements, context) },
    Agreement: {
      __resolveReference: ({ number, version }, context) =>
        visibleTo(agreements, context).find((it) => it.number === number && it.version === version) ?? null,
    },
    AgreementScheme: {
      gradeMapping: ({ gradeMapping }) =>
        Object.entries(gradeMapping ?? {}).map(([grade, localGrade]) => ({ grade, localGrade })),
    },
  };
}

/** The subgraph of recognition: the agreements under which results of one region have effect in another. */
export function recognitionSubgraph(agreements: Agreements): Subgraph {
  return makeSubgraph('recognition', subgraphDocument(readSchemaFile('recognition')), {
    resolvers: resolversOf(agreements),
  });
}

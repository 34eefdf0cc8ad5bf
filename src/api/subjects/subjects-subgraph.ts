import DataLoader from 'dataloader';
import { HubError } from '../../domain/hub-error.ts';
import {
  assessUscc,
  detectPersonNumber,
  isOrganisationCode,
  isSoleTrader,
  looksLikePersonName,
  normaliseName,
} from '../../domain/subject/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import {
  findSubject,
  findSubjects,
  type SubjectBy,
  type SubjectDocument,
} from '../../registry/subjects/index.ts';
import {
  fieldError,
  loaderOf,
  makeSubgraph,
  readSchemaFile,
  subgraphDocument,
  type ApiContext,
  type Subgraph,
} from '../shared/index.ts';
import type { Resolvers } from './generated/schema-types.ts';
import { matchOf, stubOf, viewOf, type SubjectView } from './subject-view.ts';

const MAX_SUBJECTS = 100;

function personNumber(): ReturnType<typeof fieldError> {
  return fieldError(
    new HubError(
      'NATURAL_PERSON_SUBJECT',
      'refused',
      'this reads like a natural person’s number: organisations only',
    ),
  );
}

/**
 * Refuses a code that is shaped like a natural person's number. A wrong check character is no reason to refuse: a
 * registry may have confirmed the code, and its sources know it so.
 *
 * @throws NATURAL_PERSON_SUBJECT
 */
function refusePersonNumber(uscc: string): void {
  const { findings } = assessUscc(uscc);
  if (findings.some((it) => it.rule === 'NATURAL_PERSON_SUBJECT')) throw personNumber();
}

/**
 * The same for the other numbers. Tax numbers of former sole traders began with their owner's number.
 *
 * @throws NATURAL_PERSON_SUBJECT
 */
function refusePersonKey(by: Exclude<SubjectBy, { uscc: string }>): void {
  const [key = ''] = Object.values(by);
  const confirmed = 'orgCode' in by && isOrganisationCode(key);
  const asked = detectPersonNumber(key, { codeField: !('name' in by), confirmed });
  const begins = 'taxNo' in by ? detectPersonNumber(key.slice(0, 18), { codeField: true }) : null;
  if (asked !== null || begins !== null) throw personNumber();
}

async function readSubjects(
  database: HubDatabase,
  usccs: readonly string[],
): Promise<(SubjectDocument | null)[]> {
  const found = await findSubjects(database, usccs);
  const byCode = new Map<string, SubjectDocument>();
  for (const subject of found) byCode.set(subject._id, subject);
  // A code that was given up leads to the subject that carries it on, though records came under it.
  for (const subject of found) for (const code of subject.formerCodes) byCode.set(code, subject);
  return usccs.map((uscc) => byCode.get(uscc) ?? null);
}

function subjectLoader(
  database: HubDatabase,
  context: ApiContext,
): DataLoader<string, SubjectDocument | null> {
  return loaderOf(
    context,
    'subjects',
    () => new DataLoader<string, SubjectDocument | null>((usccs) => readSubjects(database, usccs)),
  );
}

async function subjectByCode(database: HubDatabase, uscc: string, context: ApiContext): Promise<SubjectView> {
  refusePersonNumber(uscc);
  const subject = await subjectLoader(database, context).load(uscc);
  if (subject === null) return stubOf(uscc);
  return viewOf(subject, matchOf(subject, { uscc }, null), context);
}

/** Whether the public must not find a subject this way: it would tie a person's name to a code. */
function isPersonLike(subject: SubjectDocument, by: SubjectBy): boolean {
  const asked = 'name' in by && isSoleTrader(subject._id) && looksLikePersonName(by.name);
  return subject.nameIsPersonLike || asked;
}

/** By name or another number: on the public channel a person-like sole trader answers the same as unknown. */
async function subjectByOther(
  database: HubDatabase,
  by: Exclude<SubjectBy, { uscc: string }>,
  context: ApiContext,
): Promise<SubjectView | null> {
  refusePersonKey(by);
  const subject = await findSubject(database, by);
  if (subject === null) return null;
  if (context.asker.channel === 'PUBLIC' && isPersonLike(subject, by)) return null;
  return viewOf(subject, matchOf(subject, by, 'name' in by ? normaliseName(by.name) : null), context);
}

/** The refusal of so many subjects in one list, or null where they are few enough. */
export function findTooMany(subjects: number): HubError | null {
  if (subjects <= MAX_SUBJECTS) return null;
  return new HubError('TOO_MANY_SUBJECTS', 'refused', `at most ${MAX_SUBJECTS} subjects a query`, {
    details: { limit: MAX_SUBJECTS, actual: subjects, hint: 'ask in several queries' },
  });
}

function resolversOf(database: HubDatabase): Resolvers {
  return {
    Query: {
      subject: (_, { by }, context) => {
        const key = by as SubjectBy;
        return 'uscc' in key
          ? subjectByCode(database, key.uscc, context)
          : subjectByOther(database, key, context);
      },
      subjects: (_, { usccs }, context) => {
        // Admission refuses it before; another gateway than ours does not.
        const refused = findTooMany(usccs.length);
        if (refused !== null) throw fieldError(refused);
        return usccs.map((uscc) => subjectByCode(database, uscc, context));
      },
    },
    CreditSubject: {
      __resolveReference: ({ uscc }, context) => subjectByCode(database, uscc, context),
    },
  };
}

/** The subgraph of identities: codes, names, status. */
export function subjectsSubgraph(database: HubDatabase): Subgraph {
  return makeSubgraph('subjects', subgraphDocument(readSchemaFile('subjects')), {
    resolvers: resolversOf(database),
  });
}

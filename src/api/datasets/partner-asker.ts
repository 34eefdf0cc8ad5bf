import { randomUUID } from 'node:crypto';
import type { Dataset, PartnerTerms } from '../../contracts/manifests/index.ts';
import { HubError } from '../../domain/hub-error.ts';
import type { Logger } from '../../infra/log/index.ts';
import { postSigned, type Caller } from '../../exchange/partners/index.ts';
import { findHubToken } from '../access/index.ts';
import {
  coverageOf,
  remainingMs,
  withDeadline,
  type ApiContext,
  type SourceCoverage,
} from '../shared/index.ts';
import { mayShow } from './disclosure.ts';
import { failureCoverage, noteFailure } from './live-asker.ts';
import { encodeCursor } from './page.ts';
import { PARTNER_DOCUMENT_VERSION, partnerDocument } from './partner-document.ts';
import { judgePartnerRows, parsePartnerAnswer, type PartnerAnswer } from './partner-rows.ts';
import type { DatasetQuestion, SourceAnswer, SubjectAnswer } from './source-record.ts';

/** Where a hub answers other hubs. */
export const PARTNER_PATH = '/partner/v1/graphql';
const MARGIN_MS = 60;
/** Part of the time that is kept for the way back: a partner that used it all would lose what it had got. */
const WAY_BACK = 0.1;
const BATCH = 100;

/** A partner hub that is asked as a source of a dataset. */
export type PartnerSource = {
  readonly caller: Caller;
  readonly partner: PartnerTerms;
  readonly dataset: Dataset;
  readonly timeoutMs: number;
  readonly log: Logger;
};

function headersOf(source: PartnerSource, context: ApiContext, leftMs: number): Record<string, string> {
  const { asker } = context;
  const own = source.caller.directory.hub.id;
  const token = findHubToken(source.caller, source.partner, asker);
  return {
    'xinqiao-via': [...context.via, own].join(', '),
    'xinqiao-deadline-ms': String(Math.max(1, Math.floor(leftMs * (1 - WAY_BACK)))),
    'xinqiao-document': PARTNER_DOCUMENT_VERSION,
    ...(asker.channel === 'PUBLIC' ? { 'xinqiao-audience': 'PUBLIC' } : {}),
    ...(asker.purpose === null ? {} : { 'xinqiao-purpose': asker.purpose }),
    ...(asker.hub === null ? {} : { 'xinqiao-on-behalf-of': asker.hub }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
}

async function post(
  source: PartnerSource,
  question: DatasetQuestion,
  call: { codes: readonly string[]; context: ApiContext; leftMs: number; signal: AbortSignal },
): Promise<PartnerAnswer> {
  // One key signs the request and the token that is bound to it, whatever key comes next.
  const caller = { ...source.caller, signer: source.caller.signer };
  const { page } = question;
  const body = JSON.stringify({
    query: partnerDocument(source.dataset),
    operationName: 'XinqiaoDataset',
    variables: {
      usccs: call.codes,
      ...(page.backwards ? { last: page.size } : { first: page.size }),
      after: page.after === null ? null : encodeCursor(page.after),
      before: page.before === null ? null : encodeCursor(page.before),
      regions: question.regions,
      validOn: question.validOn,
    },
  });
  const answer = await postSigned(caller, source.partner, {
    path: PARTNER_PATH,
    body,
    idempotencyKey: randomUUID(),
    timeoutMs: call.leftMs,
    headers: headersOf({ ...source, caller }, call.context, call.leftMs),
    signal: call.signal,
  });
  return parsePartnerAnswer(answer.body);
}

type Found = {
  readonly answers: Map<string, SubjectAnswer>;
  readonly coverage: Map<string, readonly SourceCoverage[]>;
};

function collect(
  answer: PartnerAnswer,
  codes: readonly string[],
  facts: { source: PartnerSource; question: DatasetQuestion; context: ApiContext; found: Found },
): void {
  const { source, question, context, found } = facts;
  const subjects = answer.data?.subjects;
  if (subjects === undefined || subjects.every((it) => it?.records == null)) throw refusalBehind(answer);
  subjects.forEach((subject, place) => {
    const code = codes[place];
    if (code === undefined || subject?.records == null) return;
    const { edges, pageInfo, coverage } = subject.records;
    const askedAsPublic = context.asker.channel === 'PUBLIC';
    const judged = judgePartnerRows(edges, {
      ...{ subject: code, dataset: source.dataset, askedAsPublic },
      question,
    });
    const more = question.page.backwards ? pageInfo.hasPreviousPage : pageInfo.hasNextPage;
    found.answers.set(code, {
      records: judged.rows.filter((it) => mayShow(it, context)),
      more,
      ...(judged.horizon === null ? {} : { horizon: judged.horizon }),
    });
    const withheld = withheldCoverage(source, judged.withheld);
    found.coverage.set(code, [...coverage, ...withheld]);
  });
}

/** What is said of a partner some of whose rows were not believed. */
function withheldCoverage({ partner, dataset }: PartnerSource, withheld: number): SourceCoverage[] {
  if (withheld === 0) return [];
  const place = { source: partner.id, region: partner.region, dataset: dataset.name };
  return [coverageOf({ ...place, status: 'PARTIAL', withheld, rule: 'WITHHELD' })];
}

/** A partner that refuses the question as a whole: DENIED when its policy says so, else it failed. */
function refusalBehind(answer: PartnerAnswer): HubError {
  const code = answer.errors?.[0]?.extensions?.code ?? '';
  const policy = [
    'PURPOSE_NOT_AGREED',
    'PURPOSE_MISSING',
    'SCOPE_MISSING',
    'UNKNOWN_PARTNER',
    'TERMS_MISSING',
  ];
  const denied = policy.includes(code) || code.startsWith('TOKEN_');
  return denied
    ? new HubError('PARTNER_DENIED', 'refused', 'the partner does not let this be asked')
    : new HubError('PARTNER_FAILED', 'transient', 'the partner answered without data');
}

/** Joins what was answered for each code of a subject. */
function join(question: DatasetQuestion, found: Found, place: Place): SourceAnswer {
  const bySubject = new Map<string, SubjectAnswer>();
  const coverageBySubject = new Map<string, readonly SourceCoverage[]>();
  for (const [uscc, codes] of question.codes) {
    const answers = codes.flatMap((code) => found.answers.get(code) ?? []);
    bySubject.set(uscc, {
      records: answers.flatMap((it) => it.records),
      more: answers.some((it) => it.more),
    });
    const coverage = codes.flatMap((code) => found.coverage.get(code) ?? []);
    coverageBySubject.set(
      uscc,
      coverage.length > 0
        ? coverage
        : [failureCoverage(place, new HubError('PARTNER_FAILED', 'transient', ''))],
    );
  }
  return { bySubject, coverage: [], coverageBySubject };
}

type Place = Pick<SourceCoverage, 'source' | 'region' | 'dataset'>;

/** Asks one partner hub for all subjects, in one signed request up to 100 codes; it never throws. */
export async function askPartner(
  source: PartnerSource,
  question: DatasetQuestion,
  context: ApiContext,
): Promise<SourceAnswer> {
  const { partner, dataset } = source;
  const place = { source: partner.id, region: partner.region, dataset: dataset.name };
  const codes = [...question.codes.values()].flat();
  const found: Found = { answers: new Map(), coverage: new Map() };
  try {
    const leftMs = Math.min(source.timeoutMs, remainingMs(context) - MARGIN_MS);
    await withDeadline(
      (signal) =>
        Promise.all(
          batches(codes).map(async (batch) => {
            const answer = await post(source, question, { codes: batch, context, leftMs, signal });
            collect(answer, batch, { source, question, context, found });
          }),
        ),
      { timeoutMs: leftMs, signal: context.signal },
    );
    return join(question, found, place);
  } catch (error) {
    noteFailure(source.log, { source: partner.id, traceId: context.traceId }, error);
    const failed = failureCoverage(place, error);
    const denied = error instanceof HubError && error.code === 'PARTNER_DENIED';
    const coverage = denied ? { ...failed, status: 'DENIED' as const, rule: 'PARTNER_POLICY' } : failed;
    return { bySubject: new Map(), coverage: [coverage] };
  }
}

function batches(codes: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(codes.length / BATCH) }, (_, place) =>
    codes.slice(place * BATCH, (place + 1) * BATCH),
  );
}

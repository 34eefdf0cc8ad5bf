import { askHub } from '../client/index.ts';
import { DEMO_PURPOSE } from './hub-files.ts';
import { queryKeyOf } from './setup.ts';
import { check, type Stage } from './steps.ts';
import type { Organisation } from './sources/organisations.ts';

/** What the partner of another region asks: identity, records, the carried grade with its recognition, coverage. */
export const DEMO_QUERY = `query Counterpart($code: USCC!) {
  subject(by: { uscc: $code }) {
    uscc
    name
    kind
    penalties(first: 50) { complete edges { node { documentNo decidedOn fineWanYuan provenance { source origin via knownFrom } } } coverage { source dataset status rule } }
    licences(first: 50) { complete edges { node { documentNo content validTo } } coverage { source dataset status rule } }
    evaluations(first: 50) { complete edges { node { scheme grade period recognition { outcome reason localGrade agreementNumber agreementVersion decidedBy } } } }
    housingPresales(first: 50) { complete edges { node { documentNo projectName provenance { source origin } } } coverage { source dataset status rule } }
  }
}`;

/** The same for everybody, unsigned. */
export const PUBLIC_QUERY = `query Public($code: USCC!) {
  subject(by: { uscc: $code }) {
    uscc
    name
    penalties(first: 50) { edges { node { documentNo } } }
    housingPresales(first: 50) { complete edges { node { documentNo } } }
  }
}`;

type Coverage = { source: string; dataset: string; status: string; rule: string | null };
type Connection<T> = { complete: boolean; edges: { node: T }[]; coverage?: Coverage[] };
type Penalty = {
  documentNo: string;
  decidedOn: string;
  fineWanYuan: string | null;
  provenance: { source: string; origin: string; via: string[] };
};
type Grade = {
  scheme: string;
  grade: string;
  recognition: {
    outcome: string;
    reason: string;
    localGrade: string | null;
    agreementNumber: string | null;
    agreementVersion: number | null;
    decidedBy: string | null;
  } | null;
};

type Subject = {
  uscc: string;
  name: string;
  kind: string;
  penalties: Connection<Penalty> | null;
  licences: Connection<{ documentNo: string; content: string }> | null;
  evaluations: Connection<Grade> | null;
  housingPresales: Connection<{ documentNo: string; projectName: string }> | null;
};

/** The answer to {@link DEMO_QUERY}. */
export type DemoAnswer = { data: { subject: Subject | null } | null; errors?: { message: string }[] };

/** Zhanjiang asks Shandong's gateway, signed, naming a purpose. */
export async function askAsPartner(stage: Stage, code: string): Promise<DemoAnswer> {
  const { body } = await askHub({
    url: stage.hubs.shandong.url,
    query: DEMO_QUERY,
    variables: { code },
    sender: { hub: 'zhanjiang', keyFile: queryKeyOf('zhanjiang'), keyId: 'k1', purpose: DEMO_PURPOSE },
    timeoutMs: 15_000,
  });
  return body as DemoAnswer;
}

async function askPublic(stage: Stage, code: string): Promise<DemoAnswer> {
  const { body } = await askHub({
    url: stage.hubs.shandong.url,
    query: PUBLIC_QUERY,
    variables: { code },
    sender: null,
    timeoutMs: 15_000,
  });
  return body as DemoAnswer;
}

function connectionRow(
  title: string,
  connection: Connection<object> | null,
  first: string | undefined,
): (string | number)[] {
  return [title, connection?.edges.length ?? 0, String(connection?.complete ?? false), first ?? ''];
}

function recognitionLine(it: NonNullable<Grade['recognition']>): string {
  const agreement = `${it.agreementNumber ?? '–'} v${it.agreementVersion ?? '–'}, ${it.decidedBy ?? '–'}`;
  return `   互认 recognition: ${it.outcome} (${it.reason}) grade ${it.localGrade ?? '–'}, ${agreement}`;
}

function showSubject({ terminal }: Stage, subject: Subject): void {
  const { penalties, licences, evaluations, housingPresales } = subject;
  const grade = evaluations?.edges[0]?.node;
  terminal.say(`   ${subject.name} ${subject.uscc} ${subject.kind}`);
  terminal.table(
    ['what', 'records', 'complete', 'first'],
    [
      connectionRow('行政处罚 penalties', penalties, penalties?.edges[0]?.node.documentNo),
      connectionRow('行政许可 licences', licences, licences?.edges[0]?.node.documentNo),
      connectionRow('评价结果 evaluations', evaluations, grade && `${grade.scheme} ${grade.grade}`),
      connectionRow('预售许可 housing, live', housingPresales, housingPresales?.edges[0]?.node.documentNo),
    ],
  );
  if (grade?.recognition != null) terminal.say(recognitionLine(grade.recognition));
  const coverage = [...(penalties?.coverage ?? []), ...(housingPresales?.coverage ?? [])];
  terminal.table(
    ['来源 source', 'dataset', 'status', 'rule'],
    coverage.map((it) => [it.source, it.dataset, it.status, it.rule ?? '']),
  );
}

function showAnswer(stage: Stage, answer: DemoAnswer): void {
  const subject = answer.data?.subject;
  if (subject != null) showSubject(stage, subject);
  else stage.terminal.say(`   no answer: ${answer.errors?.map((it) => it.message).join('; ') ?? 'null'}`);
}

const sizeOf = (connection: Connection<object> | null | undefined): number => connection?.edges.length ?? 0;

function checkAnswer(stage: Stage, subject: Subject | null): void {
  const connections = [subject?.penalties, subject?.licences, subject?.evaluations, subject?.housingPresales];
  check(
    stage,
    'the answer has penalties, licences, a grade and live housing permits',
    connections.every((it) => sizeOf(it) > 0),
  );
  const outcome = subject?.evaluations?.edges[0]?.node.recognition?.outcome;
  check(stage, 'the grade is recognised under the agreement', outcome === 'RECOGNISED');
  check(
    stage,
    'every source answered (complete: true)',
    connections.every((it) => it?.complete === true),
  );
}

/** The partner's query with every source up, and what the public sees of the same subject. */
export async function queryStep(stage: Stage, asked: Organisation): Promise<void> {
  const answer = await askAsPartner(stage, asked.uscc);
  showAnswer(stage, answer);
  checkAnswer(stage, answer.data?.subject ?? null);
  const open = (await askPublic(stage, asked.uscc)).data?.subject;
  const publicOnly = sizeOf(open?.penalties) > 0 && sizeOf(open?.housingPresales) === 0;
  check(stage, 'an unsigned query sees public records only', publicOnly);
}

/** The same query while a source is away: it still comes, and says so. */
export async function querySourceAway(stage: Stage, asked: Organisation): Promise<void> {
  const answer = await askAsPartner(stage, asked.uscc);
  showAnswer(stage, answer);
  const subject = answer.data?.subject;
  check(stage, 'the answer still comes', (subject?.penalties?.edges.length ?? 0) > 0);
  check(
    stage,
    'it says that a source is missing (complete: false)',
    subject?.housingPresales?.complete === false,
  );
}

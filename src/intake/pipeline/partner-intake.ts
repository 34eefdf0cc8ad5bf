import type { AcceptPartnerRecords, PartnerBatchOrigin } from '../../contracts/doors/index.ts';
import type { HubFile } from '../../contracts/manifests/index.ts';
import type { RecordDisposition, WireRecord } from '../../contracts/messages/index.ts';
import type { Finding } from '../../domain/finding.ts';
import { assessUscc, mayBeConfirmed } from '../../domain/subject/index.ts';
import type { HubDatabase } from '../../infra/mongo/index.ts';
import { appendAudit } from '../../registry/audit/index.ts';
import type { Catalogue } from '../../registry/catalogue/index.ts';
import {
  acceptBatch,
  findErasedKeys,
  type AcceptOutcome,
  type Candidate,
} from '../../registry/records/index.ts';
import { findIdentities, isConfirmed } from '../../registry/subjects/index.ts';
import { quarantineRows, rowDigest, type QuarantineEntry } from '../quarantine/index.ts';
import { codeValuesOf, redactRow } from '../validation/index.ts';
import { judgeRecord, type RecordRules } from './judge-record.ts';
import { forgetPersons } from './forget-persons.ts';
import { projectCandidates, SubjectNotes } from './subject-cache.ts';

/** What taking partners' records in needs. */
export type PartnerIntake = {
  readonly database: HubDatabase;
  readonly catalogue: Catalogue;
  readonly hub: Pick<HubFile, 'id' | 'soleTraders'>;
  readonly secret: Buffer;
};

type Judged =
  | { readonly verdict: 'candidate'; readonly record: WireRecord; readonly candidate: Candidate }
  | { readonly verdict: 'quarantined'; readonly record: WireRecord; readonly findings: readonly Finding[] }
  | { readonly verdict: 'refused'; readonly record: WireRecord; readonly finding: Finding };

function judged(record: WireRecord, rules: RecordRules, from: PartnerBatchOrigin): Judged {
  const { person, rejects } = judgeRecord(record, rules);
  if (person !== null) return { verdict: 'refused', record, finding: person };
  if (rejects.length > 0) return { verdict: 'quarantined', record, findings: rejects };
  return { verdict: 'candidate', record, candidate: candidateOf(record, from) };
}

function candidateOf(record: WireRecord, from: PartnerBatchOrigin): Candidate {
  const [dataset = '', version = '1'] = record.dataset.split('@');
  const { key, v, hash, operation, kind, itemCode, subject, producer, origin, via, disclosure } = record;
  return {
    key,
    kind,
    dataset,
    datasetVersion: Number(version),
    itemCode,
    subject,
    producer,
    origin,
    via,
    receivedFrom: from.partner,
    owner: `hub:${origin}`,
    ownerRow: null,
    operation,
    v,
    statement: record.statement,
    hash,
    decidedOn: record.decidedOn,
    validFrom: record.validFrom,
    validUntil: record.validUntil,
    disclosure,
    provenance: {
      ...record.provenance,
      row: null,
      message: from.messageId,
      ...(from.sentAt === undefined ? {} : { sentAt: from.sentAt }),
    },
    acceptedAt: new Date(record.acceptedAt),
    replaces: record.replaces,
  };
}

function dispositionOf(record: WireRecord, outcome: AcceptOutcome): RecordDisposition {
  const { key, v, hash } = record;
  const base = { key, v, hash, rule: null, retryable: false, held: null };
  switch (outcome.outcome) {
    case 'created':
    case 'corrected':
    case 'withdrawn':
      return { ...base, disposition: 'stored' };
    case 'unchanged':
      return { ...base, disposition: outcome.sameMessage ? 'stored' : 'duplicate' };
    case 'stale':
    case 'conflict':
      return { ...base, disposition: outcome.outcome, rule: 'NEWER_VERSION_KNOWN', held: outcome.held };
    case 'key-of-other-source':
      return { ...base, disposition: 'quarantined', rule: 'KEY_OF_OTHER_SOURCE' };
    case 'person-found-before':
      return { ...base, disposition: 'refused', rule: 'PERSON_FOUND_BEFORE' };
  }
}

function entryOf(
  parts: PartnerIntake,
  from: PartnerBatchOrigin,
  judged: { record: WireRecord; findings: readonly Finding[] },
): QuarantineEntry {
  const { record, findings } = judged;
  const texts = Object.entries(record.statement).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  const columns = ['subject.uscc', 'subject.name', ...texts.map(([name]) => name)];
  const cells = [record.subject.uscc, record.subject.name, ...texts.map(([, value]) => value)];
  return {
    source: `hub:${record.origin}`,
    digest: rowDigest(parts.secret, [record.key, record.v, record.hash]),
    row: `${record.key}/${record.v}`,
    redacted: redactRow({ columns, cells }, new Map(columns.map((it) => [it, 'value']))),
    findings: [...findings],
    run: from.messageId,
  };
}

/** Codes of the records' subjects that fail a check and that our register, or two persons, hold right. */
async function findConfirmed(database: HubDatabase, records: readonly WireRecord[]): Promise<Set<string>> {
  const doubtful = records.map((it) => it.subject.uscc).filter((it) => assessUscc(it).uscc === null);
  if (doubtful.length === 0) return new Set();
  const held = await findIdentities(database, [...new Set(doubtful)].filter(mayBeConfirmed));
  return new Set([...held.values()].filter(isConfirmed).map((it) => it._id));
}

/**
 * Makes the door through which partners' records come in: content hash, dataset, person guard, every check of a
 * department's row, quarantine, registry. A withdrawal passes without its fields.
 */
export function partnerIntake(parts: PartnerIntake): AcceptPartnerRecords {
  const codes = codeValuesOf(parts.catalogue);
  return async (records, from) => {
    const rules: RecordRules = {
      codes,
      today: parts.database.clock.today(),
      soleTraders: parts.hub.soleTraders,
      confirmed: await findConfirmed(parts.database, records),
      findDataset: (reference) => parts.catalogue.findDataset(reference),
    };
    const verdicts = records.map((record) => judged(record, rules, from));
    const candidates = verdicts.flatMap((it) => (it.verdict === 'candidate' ? [it.candidate] : []));
    const unsound = verdicts.filter((it) => it.verdict === 'quarantined');
    const erased = await findErasedKeys(
      parts.database,
      unsound.map((it) => it.record.key),
    );
    const quarantined = unsound.filter((it) => !erased.has(it.record.key));
    const refused = verdicts.filter((it) => it.verdict === 'refused');
    const outcomes = await acceptBatch(parts.database, candidates);
    await forgetPersons(parts.database, candidates);
    // A withdrawal says nothing of its subject, and the subject of a refused record is not to be known.
    const about = candidates.filter(
      (it, place) => it.operation !== 'WITHDRAW' && outcomes[place]?.outcome !== 'person-found-before',
    );
    const source = `hub:${from.partner}`;
    if (about.length > 0) await new SubjectNotes(parts.database).note(about, source);
    await projectCandidates(parts.database, candidates, source);
    const byVersion = new Map(candidates.map((it, place) => [`${it.key} ${it.v}`, outcomes[place]]));
    await quarantineRows(
      parts.database,
      quarantined.map((it) => entryOf(parts, from, it)),
    );
    await appendAudit(
      parts.database,
      refused.map((it) => ({
        event: 'PERSON_REFUSED',
        actor: from.partner,
        purpose: null,
        code: it.finding.rule,
        details: { message: from.messageId, field: it.finding.field },
      })),
    );
    return verdicts.map((it): RecordDisposition => {
      const { key, v, hash } = it.record;
      const base = { key, v, hash, retryable: false, held: null };
      if (it.verdict === 'refused') return { ...base, disposition: 'refused', rule: it.finding.rule };
      const outcome = byVersion.get(`${key} ${v}`);
      if (it.verdict === 'candidate' && outcome !== undefined) return dispositionOf(it.record, outcome);
      if (erased.has(key)) return { ...base, disposition: 'refused', rule: 'PERSON_FOUND_BEFORE' };
      const rule = it.verdict === 'quarantined' ? (it.findings[0]?.rule ?? null) : null;
      return { ...base, disposition: 'quarantined', rule };
    });
  };
}

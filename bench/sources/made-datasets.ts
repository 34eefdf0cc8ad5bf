import type { LiveRecord, LiveSource } from '../../src/contracts/doors/index.ts';
import type { Dataset } from '../../src/contracts/manifests/index.ts';
import { contentHash, recordKey } from '../../src/domain/record/index.ts';
import { codeOf } from '../../src/apps/demo/sources/organisations.ts';
import { catalogue } from '../bench-hub.ts';

const MODEL = 'housing_presale@1';
const DECIDED_ON = '2026-03-01';
const VALID_TO = '2027-03-01';
const AUTHORITY = { name: '测试监管机关', uscc: codeOf('11370306', 9_002), region: '370306' };
const RECORDS_A_SUBJECT = 3;

/** Made-up organisations to ask about. */
export const SUBJECTS = Array.from({ length: 100 }, (_, serial) => codeOf('91370306', 1_000 + serial));

/** Field of a made dataset on CreditSubject. */
export const fieldOf = (place: number): string => `measured${place}`;

/** So many datasets like a released one, each with a name, type and field of its own. */
export function makeDatasets(count: number): Dataset[] {
  const model = catalogue.getDataset(MODEL);
  return Array.from({ length: count }, (_, place) => ({
    ...model,
    name: `measured_${place}`,
    graphql: { type: `Measured${place}`, field: fieldOf(place) },
  }));
}

function recordOf(source: string, dataset: string, subject: string, serial: number): LiveRecord {
  const documentNo = `${source}-${serial}`;
  const statement = {
    documentNo,
    projectName: '测试小区',
    floorAreaSquareMetres: '1200.50',
    decidedOn: DECIDED_ON,
    validTo: VALID_TO,
    authorityName: AUTHORITY.name,
  };
  const identity = { documentNo, decidedOn: DECIDED_ON };
  return {
    key: recordKey({ kind: 'LICENCE', producer: AUTHORITY.uscc, subject, identity }),
    hash: contentHash(statement),
    kind: 'LICENCE',
    dataset: `${dataset}@1`,
    subject: { uscc: subject, name: '测试有限公司' },
    producer: AUTHORITY,
    disclosure: { class: 'GOVERNMENT', publishable: true, reason: null },
    decidedOn: DECIDED_ON,
    validFrom: DECIDED_ON,
    validUntil: VALID_TO,
    provenance: { source, run: 'live', ruleVersion: '1', legalBasis: { document: '测试办法', article: '1' } },
    statement,
  };
}

/** A live source that knows three records of each subject and answers after a time. */
export function makeLiveSource(source: string, dataset: string, afterMs: number): LiveSource {
  const known = new Map(
    SUBJECTS.map((subject) => [
      subject,
      Array.from({ length: RECORDS_A_SUBJECT }, (_, serial) => recordOf(source, dataset, subject, serial)),
    ]),
  );
  return {
    connector: source,
    dataset,
    region: AUTHORITY.region,
    timeoutMs: 2_000,
    async ask({ codes }) {
      if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs));
      return { records: codes.flatMap((it) => known.get(it) ?? []), withheld: 0 };
    },
  };
}

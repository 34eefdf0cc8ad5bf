import { describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { readVectors } from './golden-vectors.ts';

const ROOT = join(import.meta.dirname, '../../..');
// The patterns beside them say what these two formats mean; ajv itself knows no formats.
const ajv = new Ajv2020({ strict: true, formats: { 'date-time': true, uri: true }, strictTypes: false });
const validators = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  const schema = JSON.parse(readFileSync(join(ROOT, `docs/schemas/${name}.json`), 'utf8')) as object;
  const made = ajv.compile(schema);
  validators.set(name, made);
  return made;
}

/** Where a document breaks its schema; empty when it fits. */
function faultsOf(schema: string, document: unknown): string[] {
  const validate = validatorOf(schema);
  if (validate(document)) return [];
  return (validate.errors ?? []).map((it) => `${it.instancePath} ${it.message ?? ''}`);
}

/** Examples of a text: fenced JSON right after `<!-- example: <schema> -->`. */
function examplesIn(text: string): { schema: string; document: unknown }[] {
  return [...text.matchAll(/<!-- example: ([a-z-]+) -->\s+```json\n([\s\S]*?)```/g)].map(
    ([, schema = '', json = '']) => ({ schema, document: JSON.parse(json) as unknown }),
  );
}

const receipts = readVectors('receipts').receipts;
const pull = readVectors('pull');
const passBack = readVectors('pass-back');
const reconciliation = readVectors('reconcile');
const { statement: keyStatement } = JSON.parse(
  readFileSync(join(ROOT, 'test/golden/protocol/key-statement.json'), 'utf8'),
) as { statement: object };
const GOLDEN: readonly (readonly [string, unknown])[] = [
  ['envelope', readVectors('envelope').envelope],
  ...receipts.map((it) => [it.schema, it.document] as const),
  ['key-statement', keyStatement],
  ['key-statement-answer', { protocol: 'xinqiao/1', keyIds: ['k1', 'k2'] }],
  ['pull-request', pull.request],
  ...pull.answers.map((it) => ['pull-answer', it] as const),
  ['receipts-request', pull.fetch],
  ['receipts-request', pull.return],
  ['receipts-request', passBack.request],
  ['holding-statement', passBack.statement],
  ['receipts-answer', pull.fetched],
  ...(['open', 'buckets', 'leaves', 'close', 'invite'] as const).map(
    (it) => ['reconcile-request', reconciliation[it].request] as const,
  ),
  ...(['open', 'buckets', 'leaves', 'close'] as const).map(
    (it) => [`reconcile-${it}`, reconciliation[it].answer] as const,
  ),
  ['reconcile-invited', reconciliation.invite.answer],
  ['reconcile-file', JSON.parse(reconciliation.files.buckets)],
  ['reconcile-file', JSON.parse(reconciliation.files.elements.line)],
  ['reconciliation-statement', reconciliation.statements.different],
  ['reconciliation-statement', reconciliation.statements.equal],
];

describe('the JSON Schemas of the wire', () => {
  it.each(GOLDEN)('%s: refuse an unknown member and a missing one', (schema, document) => {
    expect(faultsOf(schema, { ...(document as object), stranger: 1 })).not.toEqual([]);
    for (const name of Object.keys(document as object).filter((it) => it !== 'limit')) {
      const rest = Object.fromEntries(Object.entries(document as object).filter(([it]) => it !== name));
      expect({ name, faults: faultsOf(schema, rest) }).not.toEqual({ name, faults: [] });
    }
  });

  it('refuse an envelope of 501 records, a digest in upper case and a number of seconds for an instant', () => {
    const envelope = readVectors('envelope').envelope as { records: object[] };
    const [record] = envelope.records;
    const many = { ...envelope, records: Array.from({ length: 501 }, () => record) };
    expect(faultsOf('envelope', many)[0]).toContain('/records');
    const shouted = { ...envelope, records: [{ ...record, hash: 'A'.repeat(64) }] };
    expect(faultsOf('envelope', shouted)[0]).toContain('/records/0/hash');
    expect(faultsOf('envelope', { ...envelope, sentAt: 1_768_179_605 })[0]).toContain('/sentAt');
  });

  it.each(GOLDEN)('%s: fit the golden document', (schema, document) => {
    expect(faultsOf(schema, document)).toEqual([]);
  });
});

describe('the JSON Schemas of manifests', () => {
  const files = [
    ...globSync('connectors/sources/*/connector.yml', { cwd: ROOT }).map((it) => ['connector', it] as const),
    ...globSync('connectors/datasets/*.yml', { cwd: ROOT }).map((it) => ['dataset', it] as const),
  ];

  it.each(files)('%s: %s fits, and an unknown key in it does not', (schema, file) => {
    const document = parseYaml(readFileSync(join(ROOT, file), 'utf8')) as object;
    expect(faultsOf(schema, document)).toEqual([]);
    expect(faultsOf(schema, { ...document, metdata: {} })).not.toEqual([]);
  });
});

describe('docs/exchange-protocol.md', () => {
  it('is refused when an example does not fit its schema', () => {
    const planted = '<!-- example: pull-request -->\n\n```json\n{ "protocol": "xinqiao/2" }\n```\n';
    expect(examplesIn(planted).flatMap((it) => faultsOf(it.schema, it.document))).not.toEqual([]);
  });

  it('shows examples that fit their schemas', () => {
    const examples = examplesIn(readFileSync(join(ROOT, 'docs/exchange-protocol.md'), 'utf8'));
    expect(examples.length).toBeGreaterThanOrEqual(7);
    for (const { schema, document } of examples) {
      expect({ schema, faults: faultsOf(schema, document) }).toEqual({ schema, faults: [] });
    }
  });

  it('shows receipts that verify: they are the golden ones', () => {
    const examples = examplesIn(readFileSync(join(ROOT, 'docs/exchange-protocol.md'), 'utf8'));
    const shown = examples.filter((it) => it.schema.endsWith('-receipt')).map((it) => it.document);
    expect(shown).toEqual(receipts.map((it) => it.document));
  });
});

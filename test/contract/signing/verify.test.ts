import { spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { canonicalJson, contentHash } from '../../../src/domain/record/index.ts';
import { parseGivenKeys, signDocument, verifyOffline } from '../../../src/exchange/protocol/index.ts';
import { findFingerprint, generateSigningKey, signerOf } from '../../../src/infra/signing/index.ts';
import type { GivenKey } from '../../../src/contracts/messages/index.ts';
import { publicKeyOf, readVectors } from '../protocol/golden-vectors.ts';

const ROOT = join(import.meta.dirname, '../../..');
const [transport, business] = readVectors('receipts').receipts.map((it) => JSON.stringify(it.document));
const envelope = readVectors('envelope').body;
const sm2 = JSON.parse(readFileSync(join(ROOT, 'test/golden/protocol/sm2.json'), 'utf8')) as {
  publicKey: string;
  receipt: object;
};
const statement = (
  JSON.parse(readFileSync(join(ROOT, 'test/golden/protocol/key-statement.json'), 'utf8')) as {
    statement: object;
  }
).statement;

const span = { from: '2026-01-01T00:00:00.000Z', until: null, revokedAt: null };
const k1: GivenKey = { hub: 'zibo', id: 'k1', algorithm: 'ed25519', publicKey: publicKeyOf('zibo'), ...span };
const k2: GivenKey = { hub: 'zibo', id: 'k2', algorithm: 'sm2', publicKey: sm2.publicKey, ...span };
const verdictsOf = (
  texts: readonly (string | undefined)[],
  keys: GivenKey[] = [k1, k2],
  fingerprints: string[] = [],
) =>
  verifyOffline(
    texts.map((text, place) => ({ name: `f${place}`, text: text! })),
    { keys, fingerprints },
  );
const reasonOf = (text: string | undefined, keys?: GivenKey[]): unknown =>
  verdictsOf([text], keys)[0]!.reason;

/** Numbers that are the same each time (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function likeOf(character: string, draw: (below: number) => number): string {
  if (/[0-9]/.test(character)) return String(draw(10));
  return /[a-f]/.test(character) ? 'abcdef'.charAt(draw(6)) : character;
}

/** A text with one to three bytes changed, taken out, put in, or two stretches of it exchanged. */
function mutated(bytes: Buffer, draw: (below: number) => number): Buffer {
  let copy = Buffer.from(bytes);
  for (let times = 1 + draw(3); times > 0; times -= 1) {
    const at = draw(copy.length);
    const kind = draw(6);
    if (kind === 0) copy.writeUInt8(copy.readUInt8(at) ^ (1 << draw(8)), at);
    else if (kind === 1) copy = Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + draw(8))]);
    else if (kind === 2) copy.writeUInt8(32 + draw(95), at);
    // A digit for a digit, a letter for a letter: the form mostly stays right, so that the signature must notice.
    else if (kind < 5) copy.write(likeOf(String.fromCharCode(copy.readUInt8(at)), draw), at);
    else {
      const from = draw(bytes.length);
      const stretch = bytes.subarray(from, from + 1 + draw(12));
      copy = Buffer.concat([copy.subarray(0, at), stretch, copy.subarray(at + stretch.length)]);
    }
  }
  return copy;
}

describe('verifyOffline', () => {
  it('refuses what is no document of the protocol, and a member that stands twice', () => {
    expect(reasonOf('{')).toBe('NOT_JSON');
    expect(
      ['7', 'null', '[]', '{}', '{"receipts":[]}', '{"type":"TRANSPORT"}'].map((it) => reasonOf(it)),
    ).toEqual(Array.from({ length: 6 }, () => 'FORM'));
    expect(reasonOf(transport!.replace('{', '{"sender":"zhangdian",'))).toBe('MEMBER_TWICE');
    expect(reasonOf(transport!.replace('NEWER_VERSION_KNOWN', String.raw`\ud800`))).toBe('FORM');
  });

  it('refuses a receipt whose key is not given, belongs to another hub, or was not valid at its time', () => {
    expect(reasonOf(transport, [])).toBe('KEY_NOT_GIVEN');
    expect(reasonOf(transport, [{ ...k1, hub: 'zhoucun' }])).toBe('KEY_NOT_GIVEN');
    const at = '2026-01-12T01:00:06.000Z';
    expect(reasonOf(transport, [{ ...k1, from: '2026-01-12T01:00:06.001Z' }])).toBe('KEY_NOT_VALID_THEN');
    expect(reasonOf(transport, [{ ...k1, until: '2026-01-12T01:00:05.999Z' }])).toBe('KEY_NOT_VALID_THEN');
    expect(reasonOf(transport, [{ ...k1, revokedAt: at }])).toBe('KEY_NOT_VALID_THEN');
    expect(reasonOf(transport, [{ ...k1, algorithm: 'sm2', publicKey: sm2.publicKey }])).toBe('SIGNATURE');
  });

  it('takes one that was signed before its key ended or was revoked, and says when that was', () => {
    const revokedAt = '2026-01-12T01:00:06.001Z';
    const key = { ...k1, until: '2026-01-12T01:00:06.000Z', revokedAt };
    expect(verdictsOf([transport], [key])[0]).toMatchObject({ valid: true, revokedAt, keyId: 'k1' });
  });

  it('refuses an envelope without its receipt, with another receipt, and one byte longer', () => {
    expect(reasonOf(envelope)).toBe('NO_RECEIPT');
    const other = JSON.parse(transport!) as object;
    expect(verdictsOf([envelope, JSON.stringify({ ...other, receiver: 'shandong' })])[0]!.valid).toBe(false);
    expect(verdictsOf([`${envelope}\n`, transport])[0]).toMatchObject({ valid: false, reason: 'NO_RECEIPT' });
    expect(verdictsOf([envelope, transport], [])[0]!.valid).toBe(false);
  });

  it('refuses an envelope in which a record is not what its hash says, though a receipt names its bytes', () => {
    const value = JSON.parse(envelope) as { records: { hash: string; statement: object }[] };
    value.records[0]!.hash = contentHash({ other: 1 });
    expect(reasonOf(JSON.stringify(value))).toBe('CONTENT');
  });

  it('takes no key from a bundle unless its fingerprint was confirmed', () => {
    const { privatePem, publicKey } = generateSigningKey();
    const { signature, ...unsigned } = JSON.parse(transport!) as { signature: object };
    expect(signature).toBeDefined();
    const forged = signDocument(unsigned, signerOf(createPrivateKey(privatePem), 'k1'));
    const own = { ...k1, publicKey };
    const bundle = JSON.stringify({ receipts: [forged], keys: [own] });
    expect(verdictsOf([bundle], [])[0]!.reason).toBe('KEY_NOT_GIVEN');
    expect(verdictsOf([bundle], [k1])[0]!.reason).toBe('SIGNATURE');
    expect(verdictsOf([bundle], [], [findFingerprint(k1)!])[0]!.reason).toBe('KEY_NOT_GIVEN');
    const honest = JSON.stringify({
      receipts: [transport, business].map((it) => JSON.parse(it!) as object),
      keys: [k1],
    });
    expect(verdictsOf([honest], [], [findFingerprint(k1)!]).map((it) => it.valid)).toEqual([true, true]);
  });

  it('catches each of 10,000 seeded mutations of a signed receipt', () => {
    const draw = seeded(20_260_401);
    const original = canonicalJson(JSON.parse(transport!));
    const bytes = Buffer.from(original, 'utf8');
    const survived: string[] = [];
    const reasons = new Map<unknown, number>();
    let tried = 0;
    while (tried < 10_000) {
      const text = mutated(bytes, draw).toString('utf8');
      if (text === original) continue;
      tried += 1;
      const [verdict] = verdictsOf([text]);
      reasons.set(verdict!.reason, (reasons.get(verdict!.reason) ?? 0) + 1);
      if (verdict!.valid) survived.push(text);
    }
    expect(survived).toEqual([]);
    // The mutations reach the signature itself, and not the form alone.
    expect(reasons.get('SIGNATURE')).toBeGreaterThan(1_000);
    expect(verdictsOf([original])[0]!.valid).toBe(true);
  });

  it('catches each of 300 seeded mutations of a receipt signed by SM2', () => {
    const draw = seeded(20_260_402);
    const original = canonicalJson(sm2.receipt);
    const bytes = Buffer.from(original, 'utf8');
    const texts = Array.from({ length: 300 }, () => mutated(bytes, draw).toString('utf8'));
    const changed = texts.filter((it) => it !== original);
    expect(verdictsOf(changed).filter((it) => it.valid)).toEqual([]);
    expect(verdictsOf([original])[0]!.valid).toBe(true);
  });
});

describe('parseGivenKeys', () => {
  it('refuses other forms, texts that are no key, and one key under two ids of a hub', () => {
    const bad = expect.objectContaining({ code: 'BAD_KEYS_FILE' });
    const lists: unknown[] = [
      null,
      {},
      [{ id: 'k1' }],
      [{ ...k1, publicKey: 'AAAA' }],
      [k1, { ...k1, id: 'k9' }],
      [k1, { ...k2, id: 'k1' }],
    ];
    for (const list of lists) expect(() => parseGivenKeys(list, 'f')).toThrow(bad);
  });

  it('reads a list, a hub file and a well-known document', () => {
    const { hub, ...key } = k1;
    const files = [
      [k1],
      { kind: 'Hub', partners: [{ id: hub, keys: [key] }] },
      { hub, keys: [key], limits: {} },
    ];
    for (const file of files) expect(parseGivenKeys(file, 'f')).toEqual([k1]);
  });
});

describe('xinqiao verify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-verify-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, 'src/apps/cli/main.ts'), 'verify', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
  const keys = file('keys.json', JSON.stringify([k1, k2]));

  it('ends with 1 for a missing file or unusable keys', () => {
    expect(run(join(folder, 'none.json')).status).toBe(1);
    const faulty = run(file('t.json', transport!), '--keys', file('bad.json', '{"keys":1}'));
    expect([faulty.status, faulty.stderr]).toEqual([1, expect.stringContaining('BAD_KEYS_FILE')]);
  });

  it('ends with 2 and says why where one of several is not valid', () => {
    const spoilt = file('spoilt.json', transport!.replace('"stored"', '"duplicate"'));
    const ended = run(file('t.json', transport!), spoilt, '--keys', keys, '--json');
    const lines = ended.stdout
      .trim()
      .split('\n')
      .map((it) => JSON.parse(it) as { valid: boolean; reason: unknown });
    expect(ended.status).toBe(2);
    expect(lines.map((it) => [it.valid, it.reason])).toEqual([
      [true, null],
      [false, 'SIGNATURE'],
    ]);
  });

  it('ends with 0 where all are valid, without a setting, a store or a network', () => {
    const files = [
      file('t.json', transport!),
      file('b.json', business!),
      file('e.json', envelope),
      file('s.json', JSON.stringify(sm2.receipt)),
      file('k.json', JSON.stringify(statement)),
    ];
    const ended = run(...files, '--keys', keys);
    expect([ended.status, ended.stderr]).toEqual([0, '']);
    expect(ended.stdout.match(/^✓/gm)).toHaveLength(5);
    expect(ended.stdout).toContain('zhoucun → zibo');
  });
});

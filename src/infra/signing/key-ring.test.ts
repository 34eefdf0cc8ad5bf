import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KEY_HEAD_START_MS, KEY_OVERLAP_MS, KeyRing, ringFileOf } from './key-ring.ts';
import { generateSigningKey } from './signer.ts';

const AT = Date.parse('2026-03-01T00:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const folders: string[] = [];
let keyFile = '';
let now = AT;
const open = (): KeyRing => new KeyRing(keyFile, 'k1', () => now);
const coded = (code: string): unknown => expect.objectContaining({ code });

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'xinqiao-ring-'));
  folders.push(folder);
  keyFile = join(folder, 'signing.pem');
  writeFileSync(keyFile, generateSigningKey().privatePem);
  now = AT;
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe('a key ring', () => {
  it('is refused without its key file, when it is broken, and when it belongs to another key', () => {
    expect(() => new KeyRing(`${keyFile}.none`, 'k1')).toThrow(coded('NO_SIGNING_KEY'));
    const ring = open();
    ring.save(ring.content());
    expect(() => new KeyRing(keyFile, 'k9')).toThrow(coded('KEY_RING_BAD'));
    writeFileSync(keyFile, generateSigningKey().privatePem);
    expect(open).toThrow(coded('NO_SIGNING_KEY'));
    writeFileSync(ringFileOf(keyFile), '{"version":1,"keys":[');
    expect(open).toThrow(coded('KEY_RING_BAD'));
  });

  it('refuses to revoke an unknown key and the only key, and to make a key whose id is taken', () => {
    const ring = open();
    expect(() => ring.revoked('k9')).toThrow(coded('UNKNOWN_KEY'));
    expect(() => ring.revoked('k1')).toThrow(coded('KEY_IN_USE'));
    expect(() => ring.rotated({ algorithm: 'sm2', afterSeconds: 0, id: 'k1' })).toThrow(coded('KEY_EXISTS'));
  });

  it('refuses to revoke the next key where the present one has its end already', () => {
    const ring = open();
    ring.save(ring.rotated({ algorithm: 'ed25519', afterSeconds: 60 }));
    expect(() => ring.revoked('k2')).toThrow(coded('KEY_IN_USE'));
  });

  it('without a ring file is the configured key alone, valid for ever', () => {
    const ring = open();
    expect(ring.signer()).toMatchObject({ keyId: 'k1', algorithm: 'ed25519' });
    expect(ring.content().keys).toMatchObject([
      { id: 'k1', until: null, revokedAt: null, file: 'signing.pem' },
    ]);
  });

  it('makes a new key that nothing uses before the ring is saved, in a file only its owner reads', () => {
    const ring = open();
    const content = ring.rotated({ algorithm: 'sm2', afterSeconds: 15 });
    expect(content.keys).toMatchObject([
      { id: 'k1', until: iso(AT + 15_000 + KEY_OVERLAP_MS) },
      {
        id: 'k2',
        algorithm: 'sm2',
        from: iso(AT - KEY_HEAD_START_MS),
        signsFrom: iso(AT + 15_000),
        until: null,
      },
    ]);
    const made = join(keyFile, '..', content.keys[1]!.file);
    expect(statSync(made).mode & 0o777).toBe(0o600);
    now = AT + 20_000;
    expect(open().current().id).toBe('k1');
    ring.save(content);
    expect(readFileSync(ringFileOf(keyFile), 'utf8')).not.toContain('PRIVATE');
    expect(statSync(ringFileOf(keyFile)).mode & 0o777).toBe(0o600);
  });

  it('is taken up by another process of the hub within a second, and signs from the time it says', () => {
    const running = open();
    const operator = open();
    operator.save(operator.rotated({ algorithm: 'sm2', afterSeconds: 15 }));
    expect(running.content().keys).toHaveLength(1);
    now = AT + 1_000;
    expect(running.content().keys).toHaveLength(2);
    expect(running.signer().keyId).toBe('k1');
    now = AT + 15_000;
    const signer = running.signer();
    expect([signer.keyId, signer.algorithm]).toEqual(['k2', 'sm2']);
    expect(signer.sign(Buffer.from('x')).length).toBeGreaterThan(64);
  });

  it('signs with the next key at once when the present one is revoked', () => {
    const ring = open();
    ring.save(ring.rotated({ algorithm: 'ed25519', afterSeconds: 60 }));
    now = AT + 2_000;
    const content = ring.revoked('k1');
    expect(content.keys).toMatchObject([{ revokedAt: iso(now) }, { signsFrom: iso(now), revokedAt: null }]);
    expect(ring.signingIn(content).id).toBe('k2');
    ring.save(content);
    expect(ring.signer().keyId).toBe('k2');
    expect(ring.revoked('k1')).toEqual(content);
  });
});

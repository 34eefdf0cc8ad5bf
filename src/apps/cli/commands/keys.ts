import { Command, InvalidArgumentError, Option } from 'commander';
import { hubFileSchema } from '../../../contracts/manifests/index.ts';
import type { KeyStatement } from '../../../contracts/messages/index.ts';
import { toHubError } from '../../../domain/hub-error.ts';
import { announceKeys, callerOf } from '../../../exchange/partners/index.ts';
import { stateKeys } from '../../../exchange/protocol/index.ts';
import { parseConfig, type Config } from '../../../infra/config/index.ts';
import { readYamlFile } from '../../../infra/files/index.ts';
import {
  findFingerprint,
  KeyRing,
  SIGNATURE_ALGORITHMS,
  type RingContent,
  type RingKey,
  type SignatureAlgorithm,
} from '../../../infra/signing/index.ts';
import { openHub } from '../../hub/index.ts';
import { EXIT } from '../exit-codes.ts';

type Announced = { partner: string; told: boolean; code: string | null };
type Output = { json?: boolean };

const DEFAULT_AFTER_SECONDS = 15;

function parseSeconds(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('a whole number of seconds');
  return Number(text);
}

function openRing(config: Config): KeyRing {
  return new KeyRing(config.signingKeyFile, config.signingKeyId);
}

function keyLine(key: RingKey, signing: boolean): string {
  const state =
    key.revokedAt !== null
      ? `revoked ${key.revokedAt}`
      : signing
        ? 'signs now'
        : `signs from ${key.signsFrom}`;
  return `${signing ? '*' : ' '} ${key.id}  ${key.algorithm}  ${key.from} – ${key.until ?? '…'}  ${state}
    SHA-256 ${findFingerprint(key) ?? ''}
    ${key.publicKey}`;
}

/** Tells every partner with an address; a partner that is away is told by the next message to it. */
async function announce(config: Config, ring: KeyRing): Promise<Announced[]> {
  const parts = await openHub({ ...config, logLevel: 'error' });
  try {
    const { directory, database } = parts.caller;
    const caller = callerOf({ directory, database, ring });
    const told: Announced[] = [];
    for (const partner of directory.list().filter((it) => it.url !== undefined)) {
      const code = await announceKeys(caller, partner).then(
        (taken) => (taken ? null : 'KEY_STATEMENT_REFUSED'),
        (error: unknown) => toHubError(error).code,
      );
      told.push({ partner: partner.id, told: code === null, code });
    }
    return told;
  } finally {
    await parts.close();
  }
}

type Change = { config: Config; ring: KeyRing; content: RingContent; signer: RingKey; send: boolean };

/** Signs the change with a key that partners know, saves the ring, tells partners. */
async function carryOut(change: Change, options: Output): Promise<void> {
  const { config, ring } = change;
  const hub = readYamlFile(config.hubFile, hubFileSchema);
  const by = { signer: ring.signerFor(change.signer), at: new Date() };
  const stated = stateKeys(hub.id, change.content, by);
  ring.save(stated.ring);
  const announced = change.send ? await announce(config, ring) : [];
  process.stdout.write(`${outcome(stated.statement, announced, options)}\n`);
  process.exitCode = announced.every((it) => it.told) ? EXIT.ok : EXIT.partly;
}

function outcome(statement: KeyStatement, announced: readonly Announced[], options: Output): string {
  if (options.json === true) return JSON.stringify({ statement, announced });
  const lines = announced.map((it) =>
    it.told
      ? `✓ ${it.partner}`
      : `✗ ${it.partner}  ${it.code ?? ''} – told by the next message to it, or: xinqiao keys announce`,
  );
  return [JSON.stringify(statement), ...lines].join('\n');
}

function listCommand(): Command {
  return new Command('list')
    .description('查看密钥 – our keys, their spans and fingerprints; * signs now')
    .option('--json', 'one JSON object a key, with fingerprint and signing')
    .addHelpText(
      'after',
      `
First contact: read the fingerprint to the partner's operator by telephone or official letter. A person over there
enters the key in the hub file: that entry is the confirmation, and nothing else is.`,
    )
    .action((options: Output) => {
      const ring = openRing(parseConfig());
      const current = ring.current().id;
      for (const key of ring.content().keys) {
        const signing = key.id === current;
        const line =
          options.json === true
            ? JSON.stringify({ ...key, signing, fingerprint: findFingerprint(key) })
            : keyLine(key, signing);
        process.stdout.write(`${line}\n`);
      }
    });
}

type RotateOptions = Output & { algorithm?: SignatureAlgorithm; after: number; id?: string; send: boolean };

function rotateCommand(): Command {
  return new Command('rotate')
    .description('轮换密钥 – makes the next key, announces it by a statement signed with the present one')
    .addOption(
      new Option('--algorithm <name>', 'of the new key; as the present one without it').choices([
        ...SIGNATURE_ALGORITHMS,
      ]),
    )
    .option(
      '--after <seconds>',
      'when the new key begins to sign, so that partners hear of it first',
      parseSeconds,
      DEFAULT_AFTER_SECONDS,
    )
    .option('--id <id>', 'id of the new key; k2, k3 … without it')
    .option('--no-send', 'prints the statement only; partners hear of it by the next message to them')
    .option('--json', 'one JSON object: statement, announced')
    .addHelpText(
      'after',
      `
The new private key lies beside the configured one (mode 0600), and so does the ring file, which says which key signs
from when; running processes take it up within a second, without a restart. The present key stays valid 300 seconds
longer than it signs, and what it signed verifies for ever. Settings stay as they are.
Exit: 0 done · 2 done, some partner not told yet · 1 failed.`,
    )
    .action(async (options: RotateOptions) => {
      const config = parseConfig();
      const ring = openRing(config);
      const signer = ring.current();
      const { algorithm = signer.algorithm, after, id } = options;
      const content = ring.rotated({ algorithm, afterSeconds: after, ...(id === undefined ? {} : { id }) });
      await carryOut({ config, ring, content, signer, send: options.send }, options);
    });
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description(
      '吊销密钥 – from now on nothing that this key signs is believed; what it signed before still verifies',
    )
    .argument('<keyId>', 'see xinqiao keys list')
    .option('--no-send', 'prints the statement only')
    .option('--json', 'one JSON object: statement, announced')
    .addHelpText(
      'after',
      `
There must be another key that partners know: rotate first (--after 0 in an emergency). Whoever stole the key may try to
date documents back, so telephone the partners too: a person can enter an earlier revocation in the hub file.
Exit: 0 done · 2 done, some partner not told yet · 1 failed.`,
    )
    .action(async (keyId: string, options: Output & { send: boolean }) => {
      const config = parseConfig();
      const ring = openRing(config);
      const content = ring.revoked(keyId);
      const signer = ring.signingIn(content);
      await carryOut({ config, ring, content, signer, send: options.send }, options);
    });
}

function announceCommand(): Command {
  return new Command('announce')
    .description('通告密钥 – sends every key statement to every partner again; safe to repeat')
    .option('--json', 'one JSON object a partner: partner, told, code')
    .addHelpText('after', '\nExit: 0 all told · 2 some not · 1 failed.')
    .action(async (options: Output) => {
      const config = parseConfig();
      const announced = await announce(config, openRing(config));
      for (const it of announced) {
        const line =
          options.json === true
            ? JSON.stringify(it)
            : `${it.told ? '✓' : '✗'} ${it.partner}  ${it.code ?? ''}`;
        process.stdout.write(`${line}\n`);
      }
      process.exitCode = announced.every((it) => it.told) ? EXIT.ok : EXIT.partly;
    });
}

/** `xinqiao keys`: our signing keys. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('签名密钥 – lists, rotates and revokes our signing keys')
    .addCommand(listCommand())
    .addCommand(rotateCommand())
    .addCommand(revokeCommand())
    .addCommand(announceCommand());
}

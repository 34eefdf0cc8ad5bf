import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { parse as parseYaml } from 'yaml';
import { HubError } from '../../../domain/hub-error.ts';
import { parseGivenKeys, verifyOffline, type Verdict } from '../../../exchange/protocol/index.ts';
import { EXIT } from '../exit-codes.ts';

const REASONS: Readonly<Record<NonNullable<Verdict['reason']>, string>> = {
  NOT_JSON: '不是 JSON – this is no JSON',
  MEMBER_TWICE: '成员重复 – a member stands twice: two readers would see two documents',
  FORM: '格式不符 – this is no receipt, receipt of a run, key statement, reconciliation statement, envelope or bundle of the protocol',
  KEY_NOT_GIVEN: '缺少公钥 – no key of this id and hub was given: see --keys and --trust',
  KEY_NOT_VALID_THEN: '密钥当时无效 – the key was not valid at the time the document states',
  SIGNATURE: '签名不符 – the signature does not verify: the document was changed',
  CONTENT: '内容与摘要不符 – a record differs from its content hash',
  UNFINISHED: '未完成 – the two sides differ and did not both sign what was found',
  NO_RECEIPT: '没有回执 – an envelope is proven by a receipt that names its bytes: give that file too',
};

function readText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (cause) {
    throw new HubError('FILE_MISSING', 'config', `${path} cannot be read as UTF-8`, { cause });
  }
}

function readKeys(path: string): ReturnType<typeof parseGivenKeys> {
  const text = readText(path);
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (cause) {
    throw new HubError('BAD_KEYS_FILE', 'config', `${path} is neither JSON nor YAML`, { cause });
  }
  return parseGivenKeys(value, path);
}

function lineOf(verdict: Verdict): string {
  const { name, document, valid, reason, signer, keyId, at, sender, receiver, records, revokedAt } = verdict;
  const route = sender === null || receiver === null ? '' : `  ${sender} → ${receiver}`;
  const counted = document === 'key-statement' ? `${records} keys` : `${records} records`;
  const same = verdict.equal === null ? '' : verdict.equal ? '  两边一致 equal' : '  不一致 different';
  const head = `${valid ? '✓' : '✗'} ${name}  ${document}${route}  ${counted}${same}`;
  const signed = keyId === null ? [] : [`    ${signer ?? ''} ${keyId}  ${at ?? ''}`];
  const print = verdict.fingerprint === null ? [] : [`    SHA-256 ${verdict.fingerprint}`];
  const revoked =
    valid && revokedAt !== null
      ? [
          `    ! 密钥后来被吊销 – the key was revoked at ${revokedAt}; the time above is the signer's own word`,
        ]
      : [];
  return [head, ...signed, ...print, ...revoked, ...(reason === null ? [] : [`    ${REASONS[reason]}`])].join(
    '\n',
  );
}

/** `xinqiao verify`: are these documents what they say, by public keys alone? */
export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      '验证回执 – checks receipts, receipts of runs, envelopes, key and reconciliation statements and bundles offline, by public keys alone',
    )
    .argument('<file...>', 'documents as they were stored; a bundle is { "receipts": […], "keys": […] }')
    .option(
      '--keys <file...>',
      'public keys: a JSON list (hub, id, algorithm, publicKey, from, until, revokedAt), a hub file, or a saved /.well-known/xinqiao',
    )
    .option(
      '--trust <fingerprint...>',
      'keys inside a bundle that count: fingerprints a person confirmed by another channel',
    )
    .option(
      '--json',
      'one JSON object a document: valid, reason, document, signer, keyId, fingerprint, at, sender, receiver, records, equal',
    )
    .addHelpText(
      'after',
      `
Needs no store, no network and no private key. A receipt verifies against the key that was valid at its time, so one
that was signed before a rotation or a revocation still verifies. An envelope carries no signature of its own: give it
together with its receipt.
Exit: 0 all valid · 2 some not · 1 fault.
Example: xinqiao verify receipt.json envelope.json --keys hub.yml`,
    )
    .action((files: string[], options: { keys?: string[]; trust?: string[]; json?: boolean }) => {
      const keys = (options.keys ?? []).flatMap(readKeys);
      const texts = files.map((name) => ({ name, text: readText(name) }));
      const verdicts = verifyOffline(texts, { keys, fingerprints: options.trust ?? [] });
      for (const verdict of verdicts) {
        process.stdout.write(`${options.json === true ? JSON.stringify(verdict) : lineOf(verdict)}\n`);
      }
      process.exitCode = verdicts.every((it) => it.valid) ? EXIT.ok : EXIT.partly;
    });
}

import { Command, InvalidArgumentError } from 'commander';
import {
  dropRevocation,
  issueToken,
  listRevocations,
  storeRevocation,
  type Revocation,
} from '../../../api/access/index.ts';
import { TOKEN_LIFE_SECONDS } from '../../../contracts/messages/index.ts';
import { appendAudit } from '../../../registry/audit/index.ts';
import { EXIT } from '../exit-codes.ts';
import { withHub } from '../with-hub.ts';

type Output = { json?: boolean };
type IssueOptions = Output & {
  partner: string;
  scope: string[];
  purpose: string;
  basis: string;
  life: number;
  keyId?: string;
};

function parseLife(text: string): number {
  const seconds = Number(text);
  if (/^\d{1,3}$/.test(text) && seconds >= 1 && seconds <= TOKEN_LIFE_SECONDS) return seconds;
  throw new InvalidArgumentError(`whole seconds from 1 to ${TOKEN_LIFE_SECONDS}`);
}

function issueCommand(): Command {
  return new Command('issue')
    .description('签发令牌 – a short-lived token of this hub for a partner, within the partner’s terms')
    .requiredOption('--partner <id>', 'the platform that will ask')
    .requiredOption('--scope <scope...>', 'what it may read, such as read:licence')
    .requiredOption('--purpose <matter>', 'why: one of the purposes that its terms name')
    .requiredOption('--basis <text>', 'document and article that allow it')
    .option('--life <seconds>', `at most ${TOKEN_LIFE_SECONDS}`, parseLife, TOKEN_LIFE_SECONDS)
    .option('--key-id <id>', 'key of the partner to bind it to; its newest without it')
    .option('--json', 'one JSON object: token, claims')
    .addHelpText('after', '\nThe token counts only on requests that the partner signs with that key.')
    .action((options: IssueOptions) =>
      withHub(async ({ caller, database }) => {
        await caller.directory.refreshKeys(database);
        const issued = issueToken(caller, {
          partner: options.partner,
          scopes: options.scope,
          matter: options.purpose,
          basis: options.basis,
          lifeSeconds: options.life,
          ...(options.keyId === undefined ? {} : { keyId: options.keyId }),
        });
        process.stdout.write(`${options.json === true ? JSON.stringify(issued) : issued.token}\n`);
      }),
    );
}

/** `jti`s and issuers look alike, so a person says which of both is meant. */
type Target = Output & { issuer?: boolean };

function revocationOf(id: string, options: Target): Revocation {
  return { kind: options.issuer === true ? 'issuer' : 'token', id };
}

function changeCommand(verb: 'revoke' | 'restore', description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<id>', 'the token’s jti, or with --issuer the issuer’s iss')
    .option('--issuer', 'the id is an issuer: all of its tokens, until it is restored')
    .option('--json', 'one JSON object: kind, id, changed')
    .addHelpText(
      'after',
      '\nEvery process of the hub knows it within two seconds; requests that run end then.',
    )
    .action((id: string, options: Target) =>
      withHub(async ({ database, hub }) => {
        const revocation = revocationOf(id, options);
        if (verb === 'revoke') await storeRevocation(database, revocation);
        const changed = verb === 'revoke' || (await dropRevocation(database, revocation));
        const event = verb === 'revoke' ? 'TOKEN_REVOKED' : 'TOKEN_RESTORED';
        await appendAudit(database, [
          { event, actor: hub.id, purpose: null, code: null, details: { ...revocation } },
        ]);
        const line = changed
          ? `${verb}d ${revocation.kind} ${id}`
          : `${revocation.kind} ${id} was not revoked`;
        process.stdout.write(
          `${options.json === true ? JSON.stringify({ ...revocation, changed }) : line}\n`,
        );
        process.exitCode = changed ? EXIT.ok : EXIT.failed;
      }),
    );
}

function listCommand(): Command {
  return new Command('list')
    .description('查看吊销 – what is revoked now, the newest first')
    .option('--json', 'one JSON object a line: kind, id, revokedAt')
    .action((options: Output) =>
      withHub(async ({ database }) => {
        for (const { kind, id, revokedAt } of await listRevocations(database)) {
          const at = revokedAt.toISOString();
          const line =
            options.json === true ? JSON.stringify({ kind, id, revokedAt: at }) : `${kind}  ${id}  ${at}`;
          process.stdout.write(`${line}\n`);
        }
      }),
    );
}

/** `xinqiao tokens`: tokens of the query interface. */
export function tokensCommand(): Command {
  return new Command('tokens')
    .alias('token')
    .description('查询令牌 – issues tokens to partners, revokes tokens and issuers')
    .addCommand(issueCommand())
    .addCommand(
      changeCommand('revoke', '吊销 – from now on this token, or any of this issuer, counts for nothing'),
    )
    .addCommand(changeCommand('restore', '恢复 – lifts a revocation'))
    .addCommand(listCommand());
}

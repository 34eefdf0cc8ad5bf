import { readFileSync } from 'node:fs';
import { HubError } from '../../domain/hub-error.ts';

const REFERENCE = /\$\{(env|file):([^}]+)\}/g;

/**
 * Replaces `${env:NAME}` and `${file:path}` references in a manifest's text. Secrets stand nowhere else.
 *
 * @throws SECRET_NOT_SET naming the reference, never a value
 */
export function resolveReferences(text: string): string {
  return text.replace(REFERENCE, (_, how: string, name: string) => {
    const value = how === 'env' ? process.env[name] : readSecretFile(name);
    if (value === undefined || value === '') {
      throw new HubError(
        'SECRET_NOT_SET',
        'config',
        `\${${how}:${name}} has no value: set it before this runs`,
        {
          details: { reference: `${how}:${name}` },
        },
      );
    }
    return value;
  });
}

function readSecretFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** One variable of the environment, for programs that start other programs (`apps`). */
export function findVariable(name: string): string | undefined {
  return process.env[name];
}

/** A copy of the environment with changes, for a child process. */
export function childEnvironment(changes: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...changes };
}

import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { assessCode, type CodeAssessment } from '../../../domain/subject/index.ts';
import { EXIT } from '../exit-codes.ts';

/** What one code is, as one line for machines. */
function machineLine(input: string, assessed: CodeAssessment): string {
  const findings = assessed.findings.map((it) => ({
    rule: it.rule,
    severity: it.severity,
    message: it.en,
    zh: it.zh,
  }));
  const { valid, kind } = assessed;
  return JSON.stringify({ code: input, valid, kind, normalised: assessed.code, findings });
}

function personLine(input: string, assessed: CodeAssessment): string {
  const mark = assessed.valid ? '✓' : '✗';
  const reasons = assessed.findings.map((it) => `    ${it.rule}: ${it.zh} / ${it.en}`);
  return [`${mark} ${input}  ${assessed.kind}`, ...reasons].join('\n');
}

async function* codesOf(given: readonly string[]): AsyncGenerator<string> {
  if (given.length > 0) {
    yield* given;
    return;
  }
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') yield line.trim();
  }
}

/** `xinqiao code`: for integrators who clean their tables. The input is echoed on standard output only. */
export function codeCommand(): Command {
  return new Command('code')
    .description('检验代码 – says of each code what it is and whether it is right')
    .argument('[code...]', 'codes; without any, one a line from standard input')
    .option('--json', 'one JSON object a line: code, valid, kind, normalised, findings')
    .addHelpText(
      'after',
      `
Kinds: USCC, REGISTRATION_NO, ORGANISATION_CODE, TAX_NO, PERSON_NUMBER, UNKNOWN.
Exit: 0 all valid · 2 some not · 1 fault. Nothing is logged or stored.
Example: xinqiao code 91370306QQQQ00013R --json`,
    )
    .action(async (codes: string[], options: { json?: boolean }) => {
      let allValid = true;
      for await (const code of codesOf(codes)) {
        const assessed = assessCode(code);
        allValid &&= assessed.valid;
        const line = options.json === true ? machineLine(code, assessed) : personLine(code, assessed);
        process.stdout.write(`${line}\n`);
      }
      process.exitCode = allValid ? EXIT.ok : EXIT.partly;
    });
}

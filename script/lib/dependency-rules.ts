import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';

type Rules = {
  readonly forbidden: NonNullable<IFlattenedRuleSet['forbidden']>;
  readonly options: ICruiseOptions;
};

const RULES_FILE: string = new URL('../../.dependency-cruiser.js', import.meta.url).href;

/** One broken rule, with what its comment tells the offender. */
type Broken = { rule: string; comment: string; from: string; to: string };

/**
 * Runs the rules over the `src` below a folder.
 *
 * @throws Error when fewer or more TypeScript modules were seen than there are files: a check that sees nothing finds nothing
 */
export async function findBrokenRules(baseDir: string): Promise<{ modules: number; broken: Broken[] }> {
  const { default: rules } = (await import(RULES_FILE)) as { default: Rules };
  const ruleSet = { forbidden: rules.forbidden };
  const { output } = await cruise(['src'], { ...rules.options, baseDir, ruleSet, validate: true });
  const result = output as ICruiseResult;
  const seen = new Set(result.modules.map((module) => module.source));
  const files = globSync('src/**/*.ts', { cwd: baseDir });
  const unseen = files.filter((file) => !seen.has(file));
  if (files.length === 0 || unseen.length > 0) {
    throw new Error(`the dependency check saw ${files.length - unseen.length} of ${files.length} modules`);
  }
  const comments = new Map(rules.forbidden.map((rule) => [rule.name, rule.comment]));
  const broken = result.summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    comment: comments.get(rule.name) ?? '',
    from,
    to,
  }));
  return { modules: files.length, broken };
}

if (import.meta.main) {
  const { modules, broken } = await findBrokenRules(resolve(import.meta.dirname, '../..'));
  for (const { rule, comment, from, to } of broken) {
    process.stderr.write(`${rule}\n  ${from} → ${to}\n  ${comment}\n`);
  }
  process.stderr.write(`${modules} modules seen, ${broken.length} rules broken\n`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}

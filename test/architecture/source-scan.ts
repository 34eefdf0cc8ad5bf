import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse as parseSdl, visit } from 'graphql';
import ts from 'typescript';

/** A name in a source file. */
export type Named = { readonly file: string; readonly name: string };

/** The production files of a tree: TypeScript below `src` without tests. */
export function productionFiles(baseDir: string): string[] {
  return globSync('src/**/*.ts', { cwd: baseDir }).filter((file) => !file.endsWith('.test.ts'));
}

function nodesOf(node: ts.Node): ts.Node[] {
  const below: ts.Node[] = [];
  ts.forEachChild(node, (child) => void below.push(...nodesOf(child)));
  return [node, ...below];
}

function readTree(baseDir: string, file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(join(baseDir, file), 'utf8'), ts.ScriptTarget.Latest, true);
}

/** A property's name in `it.fetch(…)`, `{ fetch: … }` or a type is somebody's own word, not the global. */
function isOwnName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    return (
      parent.name === node && !(ts.isIdentifier(parent.expression) && parent.expression.text === 'globalThis')
    );
  }
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isMethodDeclaration(parent)) &&
    parent.name === node
  );
}

/** Files that use the global `fetch`. */
export function filesThatFetch(baseDir: string): string[] {
  return productionFiles(baseDir).filter((file) =>
    nodesOf(readTree(baseDir, file)).some(
      (node) => ts.isIdentifier(node) && node.text === 'fetch' && !isOwnName(node),
    ),
  );
}

/** Files that look at the environment, by `process.env`, by destructuring, or by importing it. */
export function filesThatReadEnvironment(baseDir: string): string[] {
  return productionFiles(baseDir).filter((file) => {
    const words = nodesOf(readTree(baseDir, file)).filter(
      (node) => ts.isIdentifier(node) || ts.isStringLiteral(node),
    );
    const usesProcess = words.some((word) => /^(node:)?process$/.test(word.text));
    return usesProcess && words.some((word) => word.text === 'env' && touchesProcess(word));
  });
}

function touchesProcess(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent)) {
    return /(^|\.)process$/.test(parent.expression.getText());
  }
  return ts.isBindingElement(parent) || ts.isImportSpecifier(parent);
}

/** Every identifier of the production code and every name of the SDL. */
export function allNames(baseDir: string): Named[] {
  const names: Named[] = [];
  for (const file of productionFiles(baseDir)) {
    const identifiers = nodesOf(readTree(baseDir, file)).filter((node) => ts.isIdentifier(node));
    names.push(...identifiers.map((node) => ({ file, name: node.text })));
  }
  for (const file of globSync('schema/**/*.graphql', { cwd: baseDir })) {
    visit(parseSdl(readFileSync(join(baseDir, file), 'utf8')), {
      [Kind.NAME]: (node) => void names.push({ file, name: node.value }),
    });
  }
  return names;
}

const PERSON = '(natural_?person|person|individual|citizen|resident|representative)';
const VERDICT = '(score|rating|rank|grade|list|measure|black_?list|points)';
const PERSON_VERDICT = new RegExp(`${PERSON}s?_?${VERDICT}|${VERDICT}s?_?(of|for)?_?${PERSON}`, 'i');

/** Names that would score, rate, list or restrict a person. */
export function personVerdicts(baseDir: string): Named[] {
  return allNames(baseDir).filter(({ name }) => PERSON_VERDICT.test(name));
}

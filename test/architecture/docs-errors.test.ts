import { ApolloServerErrorCode } from '@apollo/server/errors';
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { listErrors } from '../../src/apps/pages/index.ts';
import { plantTree } from './planted-tree.ts';
import { productionFiles } from './source-scan.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Makes an error anew that another process of ours sent: its code is in a catalogue already. */
const RELAYS = ['src/api/shared/graphql-error.ts'];
/** Apollo Server raises these by itself; those that can reach an asker are in our catalogue too. */
const APOLLO: readonly string[] = Object.values(ApolloServerErrorCode);

/** Codes that a tree raises; a template with a hole stands as a pattern; `unclear` names files with another form. */
type Raised = { readonly codes: Set<string>; readonly patterns: RegExp[]; readonly unclear: string[] };

function nodesOf(node: ts.Node): ts.Node[] {
  const below: ts.Node[] = [];
  ts.forEachChild(node, (child) => void below.push(...nodesOf(child)));
  return [node, ...below];
}

/** Arguments at one place of every call of a function by its name. */
function argumentsOf(name: string, place: number, nodes: readonly ts.Node[]): ts.Expression[] {
  return nodes.flatMap((node) => {
    if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return [];
    const argument = node.arguments[place];
    return node.expression.text === name && argument !== undefined ? [argument] : [];
  });
}

function codeMembers(node: ts.Node): ts.Expression[] {
  return nodesOf(node).flatMap((it) =>
    ts.isPropertyAssignment(it) && it.name.getText() === 'code' ? [it.initializer] : [],
  );
}

/** Where a name gets its value: from the callers of the function it is a parameter of, or from its declaration. */
function sourcesOf(name: string, nodes: readonly ts.Node[]): ts.Expression[] {
  return nodes.flatMap((node) => {
    if (ts.isParameter(node) && node.name.getText() === name && ts.isFunctionDeclaration(node.parent)) {
      const place = node.parent.parameters.indexOf(node);
      return argumentsOf(node.parent.name?.text ?? '', place, nodes);
    }
    if (!ts.isVariableDeclaration(node) || node.initializer === undefined) return [];
    if (ts.isIdentifier(node.name)) return node.name.text === name ? [node.initializer] : [];
    const taken = node.name.elements.some((it) => ts.isBindingElement(it) && it.name.getText() === name);
    return taken ? codeMembers(node.initializer) : [];
  });
}

function noteCode(expression: ts.Expression, nodes: readonly ts.Node[], raised: Raised): boolean {
  if (ts.isStringLiteralLike(expression)) {
    raised.codes.add(expression.text);
    return true;
  }
  if (ts.isConditionalExpression(expression)) {
    const both = [expression.whenTrue, expression.whenFalse];
    return both.map((it) => noteCode(it, nodes, raised)).every(Boolean);
  }
  if (ts.isTemplateExpression(expression) && expression.head.text.length > 3) {
    raised.patterns.push(new RegExp(`^${expression.head.text}[A-Z]+$`));
    return true;
  }
  if (!ts.isIdentifier(expression)) return false;
  const sources = sourcesOf(expression.text, nodes);
  return sources.length > 0 && sources.map((it) => noteCode(it, nodes, raised)).every(Boolean);
}

/** Every code that `new HubError` is called with below a folder's `src`. */
function raisedBelow(baseDir: string): Raised {
  const raised: Raised = { codes: new Set(), patterns: [], unclear: [] };
  for (const file of productionFiles(baseDir)) {
    const text = readFileSync(join(baseDir, file), 'utf8');
    const nodes = nodesOf(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
    for (const node of nodes) {
      if (!ts.isNewExpression(node) || node.expression.getText() !== 'HubError') continue;
      const [code] = node.arguments ?? [];
      if (code === undefined || !noteCode(code, nodes, raised)) raised.unclear.push(file);
    }
  }
  return raised;
}

function uncatalogued(raised: Raised, catalogue: readonly string[]): string[] {
  const loose = raised.patterns.filter((it) => !catalogue.some((code) => it.test(code)));
  return [
    ...[...raised.codes].filter((it) => !catalogue.includes(it)),
    ...loose.map((it) => it.source),
  ].sort();
}

function neverRaised(raised: Raised, catalogue: readonly string[]): string[] {
  return catalogue
    .filter((code) => !raised.codes.has(code) && !raised.patterns.some((it) => it.test(code)))
    .sort();
}

describe('the error catalogues', () => {
  it('are refused when a code is raised that none lists, or listed and never raised', async () => {
    const planted = plantTree({
      'src/infra/door/errors.ts':
        "export const DOOR_ERRORS = [{ code: 'DOOR_SHUT', kind: 'refused', zh: '门已关', en: 'Shut.' }, { code: 'DOOR_OLD', kind: 'refused', zh: '旧', en: 'Old.' }] as const;\n",
      'src/infra/door/door.ts':
        "function refuse(code: string) { return new HubError(code, 'refused', 'x'); }\nthrow refuse(open ? 'DOOR_SHUT' : 'DOOR_AJAR');\nthrow new HubError(`DOOR_IS_${what}`, 'refused', 'x');\nthrow new HubError(elsewhere.code, 'refused', 'x');\n",
    });
    try {
      const catalogue = (await listErrors(planted.folder)).map((it) => it.code);
      const raised = raisedBelow(planted.folder);
      expect(uncatalogued(raised, catalogue)).toEqual(['DOOR_AJAR', '^DOOR_IS_[A-Z]+$']);
      expect(neverRaised(raised, catalogue)).toEqual(['DOOR_OLD']);
      expect(raised.unclear).toEqual(['src/infra/door/door.ts']);
    } finally {
      planted.remove();
    }
  });

  it('list every code that src raises, and src raises every code they list', async () => {
    const catalogue = [...new Set((await listErrors(ROOT)).map((it) => it.code))];
    const raised = raisedBelow(ROOT);
    expect(catalogue.length).toBeGreaterThan(50);
    expect({
      uncatalogued: uncatalogued(raised, catalogue),
      neverRaised: neverRaised(raised, catalogue).filter((code) => !APOLLO.includes(code)),
      unclear: [...new Set(raised.unclear)],
    }).toEqual({ uncatalogued: [], neverRaised: [], unclear: RELAYS });
  });

  it('give a code one kind and each line both languages', async () => {
    const errors = await listErrors(ROOT);
    const kinds = Map.groupBy(errors, (it) => it.code);
    const torn = [...kinds].filter(([, them]) => new Set(them.map((it) => it.kind)).size > 1);
    expect(torn.map(([code]) => code)).toEqual([]);
    for (const { code, zh, en } of errors) {
      expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
      expect({ code, zh: /[\u4e00-\u9fff]/.test(zh), en: /^[^\u4e00-\u9fff]+$/.test(en) }).toEqual({
        code,
        zh: true,
        en: true,
      });
    }
  });
});

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OpenWorkbook } from './feedback.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** The blocks of a guide below `docs/` that a reader runs, in order. */
export function blocksOf(guide: string): string[] {
  const text = readFileSync(join(ROOT, 'docs', guide), 'utf8');
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? '');
}

/** What came of a block. */
export type Ran = {
  readonly block: string;
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
};

/** Runs a block as a reader's shell does, in a folder; the first failure ends it. */
export async function runBlock(
  block: string,
  at: { readonly folder: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<Ran> {
  const startedAt = performance.now();
  const child = spawn('bash', ['-eu', '-o', 'pipefail', '-c', block], {
    cwd: at.folder,
    env: { ...process.env, NODE_OPTIONS: undefined, ...at.env },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { block, exit, out, err, ms: performance.now() - startedAt };
}

/** What the guide asks the department to do with its workbook. */
async function correct(path: string): Promise<void> {
  const book = await OpenWorkbook.open(path, undefined, '许可决定文书号');
  book.type('测许字〔2026〕3号', { 统一社会信用代码: '91370306QQQQ00021L', 处置: '已更正' });
  book.type('测许字〔2026〕4号', { 许可决定日期: '2026-02-28', 处置: '已更正' });
  writeFileSync(path, await book.bytes());
}

/** Walks through the guide for integrators in an empty folder, the department's part included; settings of hubs do not count. */
export async function* walkIntegratorGuide(folder: string): AsyncGenerator<Ran> {
  const names = Object.keys(process.env).filter((it) => /^XINQIAO_|^MONGODB_URI$|^REDIS_URL$/.test(it));
  const unset = Object.fromEntries(names.map((it) => [it, undefined]));
  const path = `${process.env['PATH'] ?? ''}:${join(ROOT, 'script')}`;
  const env = { ...unset, XINQIAO: ROOT, PATH: path };
  for (const block of blocksOf('quickstart-integrator.md')) {
    if (block.includes('quarantine resubmit')) await correct(join(folder, '反馈.xlsx'));
    yield await runBlock(block, { folder, env });
  }
}
